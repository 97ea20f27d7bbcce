//! `lookup`: the help desk's answer to "am I on the roll?". It needs no passphrase and shows no code.

use std::path::PathBuf;

use plebiscite_registrar::import::columns::folded;
use plebiscite_registrar::made::{self, Made};
use plebiscite_registrar::roll_csv::Person;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use serde_json::{Value, json};

use super::read_prepared;

#[derive(clap::Args)]
pub struct Arguments {
    /// The voter, as the voter file writes it; case and spaces make no difference.
    voter: String,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// This registrar's folder: says whether a letter was made. Needs --election.
    #[arg(long, env = "PLEBISCITE_FOLDER", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The election's id, whole.
    #[arg(long, value_name = "ID")]
    election: Option<String>,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let prepared = read_prepared(&arguments.roll)?;
    let wanted = folded(&arguments.voter);
    let found = |people: &'_ [Person]| people.iter().position(|person| folded(&person.voter) == wanted);
    let number = found(prepared.people());
    let person = match number {
        Some(number) => prepared.people().get(number),
        None => found(prepared.paper()).and_then(|place| prepared.paper().get(place)),
    };
    let Some(person) = person else {
        let sentence =
            "not on the roll; see whether the voter's number or name is written as in the voter file";
        print_line(&if arguments.json {
            json!({"on_roll": false}).to_string()
        } else {
            sentence.to_owned()
        })?;
        return Ok(Exit::CheckFailed);
    };
    let (region, language) = (prepared.region(person), prepared.language(person));
    let number = number.and_then(|number| u32::try_from(number).ok());
    let letters = match number {
        Some(number) => letters(arguments, &hex::encode(prepared.digest()), region, person, number)?,
        None => Some(Vec::new()),
    };
    if arguments.json {
        let answer = json!({
            "on_roll": true,
            "region": region,
            "language": language,
            "channel": person.channel.name(),
            "roll_number": number,
            "letters": letters,
        });
        return print_line(&answer.to_string());
    }
    print_line(&format!("on the roll, region {region}, language {language}"))?;
    let Some(number) = number else {
        return print_line("has chosen paper: no credential, no roll number, no letter");
    };
    print_line(&format!("roll number {number}, code by {}", person.channel.name()))?;
    match letters {
        None => print_line("whether a letter was made is not known here: give --folder and --election"),
        Some(letters) if letters.is_empty() => print_line("no letter was made yet"),
        Some(letters) => letters.iter().try_fold(Exit::Pass, |_, letter| {
            let text = |name| letter.get(name).and_then(Value::as_str).unwrap_or_default();
            print_line(&format!("made: {}, {}", text("what"), text("file")))
        }),
    }
}

/// The files that hold this voter's code, by name; none where nobody said where to look.
fn letters(
    arguments: &Arguments,
    roll: &str,
    region: &str,
    person: &Person,
    number: u32,
) -> Result<Option<Vec<Value>>, Stop> {
    let (Some(folder), Some(election)) = (&arguments.folder, &arguments.election) else { return Ok(None) };
    if election.len() != 64 || !election.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Stop::new(Exit::Usage, "--election takes the whole id, 64 hexadecimal digits"));
    }
    let made = match files::read(&folder.join(election).join(made::FILE), made::FILE_LIMIT) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| Stop::input(format!("the list of what was made is malformed: {error}")))?,
        Err(error) if error.is_missing() => Made::default(),
        Err(error) => return Err(error.into()),
    };
    let named = |file: &made::File| {
        let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned());
        json!({"what": file.what, "file": name})
    };
    Ok(Some(made.holds(roll, region, person.channel, number).into_iter().map(named).collect()))
}
