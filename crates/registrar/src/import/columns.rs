//! Which column of a voter file is which: by its name in Kazakh, Russian or English, or as the registrar says.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Who it is.
    Voter,
    /// The region's id or name.
    Region,
    /// The language of the letter.
    Language,
    /// The name on the letter.
    Name,
    /// The postal address.
    Address,
    /// The e-mail address.
    Email,
    /// How the code reaches the voter.
    Channel,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 7] =
        [Self::Voter, Self::Region, Self::Language, Self::Name, Self::Address, Self::Email, Self::Channel];

    /// Its name in this program; the option that names the file's own column is `--` and this.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Voter => "voter",
            Self::Region => "region",
            Self::Language => "language",
            Self::Name => "name",
            Self::Address => "address",
            Self::Email => "email",
            Self::Channel => "channel",
        }
    }

    /// Names by which it is known, folded.
    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Voter => &[
                "voter",
                "voter id",
                "voter number",
                "id",
                "iin",
                "избиратель",
                "номер избирателя",
                "номер",
                "иин",
                "сайлаушы",
                "сайлаушы нөмірі",
                "дауыс беруші",
                "нөмірі",
                "нөмір",
                "жсн",
            ],
            Self::Region => {
                &["region", "canton", "регион", "область", "округ", "өңір", "облыс", "аймақ", "округі"]
            }
            Self::Language => &["language", "lang", "язык", "тіл", "тілі"],
            Self::Name => &[
                "name",
                "full name",
                "имя",
                "фио",
                "ф.и.о.",
                "фамилия имя отчество",
                "аты-жөні",
                "аты жөні",
                "есімі",
                "т.а.ә.",
            ],
            Self::Address => &[
                "address",
                "postal address",
                "адрес",
                "почтовый адрес",
                "мекенжай",
                "мекенжайы",
                "мекен-жайы",
            ],
            Self::Email => &[
                "email",
                "e-mail",
                "email address",
                "эл. почта",
                "электронная почта",
                "эл. пошта",
                "электрондық пошта",
            ],
            Self::Channel => &[
                "channel",
                "delivery",
                "канал",
                "способ",
                "доставка",
                "способ голосования",
                "арна",
                "тәсіл",
                "жеткізу",
            ],
        }
    }
}

/// The file's own names of columns, where the registrar gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Named {
    /// The column with the voter's number or name, where it is not found by its own name.
    #[arg(long, value_name = "COLUMN")]
    pub voter: Option<String>,
    /// The column with the region.
    #[arg(long, value_name = "COLUMN")]
    pub region: Option<String>,
    /// The column with the language.
    #[arg(long, value_name = "COLUMN")]
    pub language: Option<String>,
    /// The column with the name for the letter.
    #[arg(long, value_name = "COLUMN")]
    pub name: Option<String>,
    /// The column with the postal address.
    #[arg(long, value_name = "COLUMN")]
    pub address: Option<String>,
    /// The column with the e-mail address.
    #[arg(long, value_name = "COLUMN")]
    pub email: Option<String>,
    /// The column that says letter, email or paper.
    #[arg(long, value_name = "COLUMN")]
    pub channel: Option<String>,
}

impl Named {
    fn of(&self, column: Column) -> Option<&str> {
        let named = match column {
            Column::Voter => &self.voter,
            Column::Region => &self.region,
            Column::Language => &self.language,
            Column::Name => &self.name,
            Column::Address => &self.address,
            Column::Email => &self.email,
            Column::Channel => &self.channel,
        };
        named.as_deref()
    }
}

/// Where the columns stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Each column that was found: what it holds, its place, and the file's name of it.
    pub found: Vec<(Column, usize, String)>,
    /// Columns of the file that are not taken.
    pub ignored: Vec<String>,
}

impl Columns {
    /// The place of a column.
    #[must_use]
    pub fn place(&self, column: Column) -> Option<usize> {
        self.found.iter().find(|(found, ..)| *found == column).map(|(_, place, _)| *place)
    }
}

/// Why columns cannot be told. Of the first line nothing is said but how many columns it has and which are known: where a
/// heading is missing, that line is a voter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ColumnsError {
    /// None of them is known.
    #[error(
        "the first line does not name the columns: a heading is missing, or its names are not known; put a line above it \
         that names all {count} columns, like voter,region,language,name,address, or name them by --voter COLUMN, --region \
         COLUMN and --language COLUMN"
    )]
    NoHeading {
        /// How many columns there are.
        count: usize,
    },
    /// None is it.
    #[error(
        "no column is known to hold the {}; of {count} columns {} are known: name it by --{0} COLUMN",
        column.name(), places(found)
    )]
    Missing {
        /// What is missing.
        column: Column,
        /// What is there, and in which column.
        found: Vec<(Column, usize)>,
        /// How many columns there are.
        count: usize,
    },
    /// The file lacks the column that was named.
    #[error(
        "none of the file's {count} columns is called {named:?}, which --{} names: write the name as the first line has it",
        column.name()
    )]
    NotThere {
        /// What it was to hold.
        column: Column,
        /// Its name, as the registrar gave it.
        named: String,
        /// How many columns there are.
        count: usize,
    },
    /// Several are it.
    #[error("columns {first} and {second} could both hold the {0}: say which by --{0} COLUMN", column.name())]
    Two {
        /// What they hold.
        column: Column,
        /// One's place, from 1.
        first: usize,
        /// The other's.
        second: usize,
    },
}

fn places(found: &[(Column, usize)]) -> String {
    let name = |(column, place): &(Column, usize)| format!("{} (column {})", column.name(), place + 1);
    found.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A text as it is compared: NFKC, lower case, one space for any white space.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folded_name(text: &str) -> String {
    folded(&text.replace('_', " ")).trim_end_matches(':').to_owned()
}

/// Finds the columns by the first line.
///
/// # Errors
/// [`ColumnsError`].
pub fn find(header: &[String], named: &Named) -> Result<Columns, ColumnsError> {
    let names: Vec<String> = header.iter().map(|name| folded_name(name)).collect();
    let mut found = Vec::new();
    for column in Column::ALL {
        if let Some(place) = place_of(column, &names, named)? {
            found.push((column, place, header.get(place).cloned().unwrap_or_default()));
        }
    }
    let count = header.len();
    if found.is_empty() {
        return Err(ColumnsError::NoHeading { count });
    }
    for column in [Column::Voter, Column::Region, Column::Language] {
        if !found.iter().any(|(other, ..)| *other == column) {
            let found = found.iter().map(|(column, place, _)| (*column, *place)).collect();
            return Err(ColumnsError::Missing { column, found, count });
        }
    }
    let taken = |place: &usize| found.iter().any(|(_, other, _)| other == place);
    let ignored =
        header.iter().enumerate().filter(|(place, _)| !taken(place)).map(|(_, name)| name.clone()).collect();
    Ok(Columns { found, ignored })
}

/// How many of the columns are known by their names: by this the separator is found.
#[must_use]
pub fn known(header: &[String]) -> usize {
    let names: Vec<String> = header.iter().map(|name| folded_name(name)).collect();
    Column::ALL
        .into_iter()
        .filter(|column| names.iter().any(|name| column.known().contains(&&**name)))
        .count()
}

fn place_of(column: Column, names: &[String], named: &Named) -> Result<Option<usize>, ColumnsError> {
    let two = |places: &[usize]| match places {
        [] => Ok(None),
        [place] => Ok(Some(*place)),
        [first, second, ..] => Err(ColumnsError::Two { column, first: first + 1, second: second + 1 }),
    };
    let at = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, name)| fits(name)).map(|(place, _)| place).collect()
    };
    if let Some(wanted) = named.of(column) {
        let wanted_folded = folded_name(wanted);
        return match two(&at(&|name| name == wanted_folded))? {
            None => Err(ColumnsError::NotThere { column, named: wanted.to_owned(), count: names.len() }),
            place => Ok(place),
        };
    }
    // A column that the registrar has given another meaning is not taken by its name.
    let given: Vec<String> =
        Column::ALL.into_iter().filter_map(|other| named.of(other)).map(folded_name).collect();
    two(&at(&|name| column.known().contains(&name) && !given.iter().any(|other| other == name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    fn sentence(names: &str, named: &Named) -> String {
        find(&header(names), named).unwrap_err().to_string()
    }

    #[test]
    fn columns_are_found_by_their_names_in_three_languages() {
        for names in [
            "Voter_ID,Full name,Address,E-mail,Region,Language,Channel",
            "ИИН,ФИО,Адрес,Эл. почта,Область,Язык,Канал",
            "ЖСН,Аты-жөні,Мекенжайы,Электрондық пошта,Өңір,Тілі,Арна",
        ] {
            let columns = find(&header(names), &Named::default()).unwrap();
            let places: Vec<_> =
                Column::ALL.into_iter().map(|column| columns.place(column).unwrap()).collect();
            assert_eq!(places, [0, 4, 5, 1, 2, 3, 6], "{names}");
            assert!(columns.ignored.is_empty());
        }
    }

    #[test]
    fn the_registrar_says_which_column_it_is_where_names_do_not() {
        let named =
            Named { voter: Some("no.".to_owned()), region: Some("BEZIRK".to_owned()), ..Named::default() };
        let columns = find(&header("No.,Bezirk,Lang,Age,Region"), &named).unwrap();
        assert_eq!(columns.place(Column::Region), Some(1));
        assert_eq!(columns.ignored, ["Age", "Region"]);
        let swapped = Named { voter: Some("name".to_owned()), ..Named::default() };
        let columns = find(&header("name,region,lang"), &swapped).unwrap();
        assert_eq!((columns.place(Column::Voter), columns.place(Column::Name)), (Some(0), None));
    }

    #[test]
    fn missing_and_double_columns_are_refused_with_what_to_do() {
        assert_eq!(
            sentence("number,region,language", &Named::default()),
            "no column is known to hold the voter; of 3 columns region (column 2), language (column 3) are known: name it by --voter COLUMN"
        );
        assert_eq!(
            sentence("id,voter,region,language", &Named::default()),
            "columns 1 and 2 could both hold the voter: say which by --voter COLUMN"
        );
        let named = Named { voter: Some("who".to_owned()), ..Named::default() };
        assert_eq!(
            sentence("id,region,language", &named),
            "none of the file's 3 columns is called \"who\", which --voter names: write the name as the first line has it"
        );
    }

    /// A file without a heading begins with a voter: whatever is wrong, nothing of it is said.
    #[test]
    fn of_a_first_line_that_is_a_voter_nothing_is_said() {
        let named = Named { voter: Some("who".to_owned()), ..Named::default() };
        for row in
            ["790101300123,Aaa,Bbb,Ccc", "790101300123,Aaa,email,Ccc", "790101300123,Aaa,email,область"]
        {
            for named in [&Named::default(), &named] {
                let said = sentence(row, named);
                let leaks = ["7901", "Aaa", "Bbb", "Ccc"].into_iter().find(|cell| said.contains(cell));
                assert_eq!(leaks, None, "{said}");
                assert!(said.contains("4 columns"), "{said}");
            }
        }
        assert!(sentence("1,2,3", &Named::default()).contains("a heading is missing"));
    }
}
