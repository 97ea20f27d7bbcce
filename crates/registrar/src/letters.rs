//! Links, and the codes as CSV: one row a voter, once the roll is sealed (§24.5).

use plebiscite_election::credential::{Code, Fingerprint};
use plebiscite_election::manifest::ElectionId;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::roll_csv::{Channel, Person};
use crate::{Prepared, RollCodes};

/// The columns of the codes file.
pub const COLUMNS: [&str; 10] = [
    "voter",
    "region",
    "language",
    "roll_number",
    "code",
    "fingerprint",
    "link",
    "name",
    "address",
    "channel",
];

/// Why no letters can be written.
#[derive(Debug, Error)]
pub enum LettersError {
    /// The codes were made for another file.
    #[error("the prepared roll is not the one that the codes were made for")]
    OtherRoll,
    /// The rows cannot be written.
    #[error("the codes cannot be written: {0}")]
    Csv(#[from] csv::Error),
}

/// A voter's link: the secret stands in the fragment, which no browser sends.
#[must_use]
pub fn link(site: &str, election: &ElectionId, code: &Code) -> Zeroizing<String> {
    let id = election.to_string();
    let prefix = id.get(..16).unwrap_or(&id);
    // Room for all at once: a text that grows leaves a copy of the code behind.
    let mut link = Zeroizing::new(String::with_capacity(site.len() + 128 + 64));
    let printed = code.printed();
    for part in [site.trim_end_matches('/'), "/e/", prefix, "/v#c=", printed.as_str(), "&e=", &id] {
        link.push_str(part);
    }
    link
}

/// Whether codes and a roll belong together.
///
/// # Errors
/// [`LettersError::OtherRoll`].
pub fn ensure_same_roll(prepared: &Prepared, codes: &RollCodes) -> Result<(), LettersError> {
    let same = codes.persons == *prepared.digest() && codes.len() == prepared.people().len();
    if same { Ok(()) } else { Err(LettersError::OtherRoll) }
}

/// The codes file: of all voters, or of those of one channel. Wiped when dropped.
///
/// # Errors
/// [`LettersError`].
pub fn codes_csv(
    site: &str,
    election: &ElectionId,
    prepared: &Prepared,
    codes: &RollCodes,
    channel: Option<Channel>,
) -> Result<Zeroizing<Vec<u8>>, LettersError> {
    ensure_same_roll(prepared, codes)?;
    let fingerprint = Fingerprint::of(election).to_string();
    // Enough that the file's bytes are not moved and no whole copy of them stays behind: cells have their limits,
    // and the rest of a row is fixed but for the site. The writer's own 8 KiB, the last codes among them, are not wiped.
    let row_length = 300 + site.len();
    let cells = |p: &Person| p.voter.len() + prepared.region(p).len() + p.name.len() + p.address.len();
    let text: usize = prepared.people().iter().map(|person| 2 * cells(person) + 16).sum();
    let mut writer =
        csv::WriterBuilder::new().from_writer(Vec::with_capacity(text + row_length * (codes.len() + 1)));
    writer.write_record(COLUMNS)?;
    let voters = prepared.people().iter().zip(codes.codes()).enumerate();
    for (number, (person, code)) in
        voters.filter(|(_, (person, _))| channel.is_none_or(|channel| channel == person.channel))
    {
        let code = code.map_err(|_| LettersError::OtherRoll)?;
        let (printed, link) = (code.printed(), link(site, election, &code));
        let (region, language) = (prepared.region(person), prepared.language(person));
        writer.write_record([
            &person.voter,
            region,
            language,
            &number.to_string(),
            &printed,
            &fingerprint,
            &link,
            &person.name,
            &person.address,
            person.channel.name(),
        ])?;
    }
    Ok(Zeroizing::new(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roll_csv;
    use plebiscite_election::credential::Registrar;

    fn prepared(rows: &str) -> Prepared {
        let people = roll_csv::read(format!("voter,region,language\n{rows}").as_bytes()).unwrap();
        Prepared::make(people, &[1; 32]).unwrap().0
    }

    #[test]
    fn every_voter_has_a_row_with_the_code_that_its_row_of_the_roll_was_made_from() {
        let (prepared, election) = (prepared("1,a,de\n\"2,\"\"x\",b,fr\n"), ElectionId([0xab; 32]));
        let codes = RollCodes::draw((1, 1), Registrar::First, *prepared.digest(), 2, rand::random);
        let file = codes_csv("https://vote.example/", &election, &prepared, &codes, None).unwrap();
        let mut reader = csv::Reader::from_reader(file.as_slice());
        assert!(reader.headers().unwrap().iter().eq(COLUMNS));
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        for ((row, person), code) in rows.iter().zip(prepared.people()).zip(codes.codes()) {
            let code = code.unwrap();
            assert_eq!(row[0], *person.voter);
            assert!(Code::parse(&row[4]).unwrap() == code);
            let id = "ab".repeat(32);
            assert_eq!(row[6], format!("https://vote.example/e/{}/v#c={}&e={id}", "ab".repeat(8), &row[4]));
        }
        assert_eq!((&rows[0][3], &rows[1][3]), ("0", "1"));
    }

    #[test]
    fn a_printer_of_letters_gets_no_codes_of_e_mails() {
        let rows =
            "voter,region,language,name,address,channel\n1,a,de,N,A,letter\n2,a,de,,x@example.org,email\n";
        let prepared = Prepared::make(roll_csv::read(rows.as_bytes()).unwrap(), &[1; 32]).unwrap().0;
        let codes = RollCodes::draw((1, 1), Registrar::First, *prepared.digest(), 2, rand::random);
        let rows = |channel| {
            let file = codes_csv("https://x", &ElectionId([1; 32]), &prepared, &codes, channel).unwrap();
            let mut reader = csv::Reader::from_reader(file.as_slice());
            reader.records().map(|row| row.unwrap()[0].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(rows(None).len(), 2);
        assert_eq!(
            (rows(Some(Channel::Letter)), rows(Some(Channel::Email))),
            (vec!["1".into()], vec!["2".into()])
        );
    }

    #[test]
    fn codes_of_another_roll_are_not_written() {
        let (ours, election) = (prepared("1,a,de\n"), ElectionId([1; 32]));
        let codes = RollCodes::draw((1, 1), Registrar::First, *ours.digest(), 1, rand::random);
        assert!(codes_csv("https://x", &election, &ours, &codes, None).is_ok());
        assert!(matches!(
            codes_csv("https://x", &election, &prepared("2,a,de\n"), &codes, None),
            Err(LettersError::OtherRoll)
        ));
    }
}
