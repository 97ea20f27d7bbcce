//! `replace`: a lost letter's new part, then the signature, then the new letter or the new code for the printer.

use std::path::{Path, PathBuf};

use plebiscite_election::credential::{Code, Registrar, ReplacementRequest};
use plebiscite_election::entry::{Entry, Role};
use plebiscite_registrar::letter::pdf::Letters;
use plebiscite_registrar::letter::{Recipient, Vote, Zone};
use plebiscite_registrar::letters::{ensure_same_roll, link};
use plebiscite_registrar::made::{File, Kind};
use plebiscite_registrar::replacement::{PartError, add_part, ensure_own, is_complete};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::course;
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line, read_proposal, write_proposal};
use plebiscite_roles::proposal::{Proposal, check::follows};
use zeroize::Zeroizing;

use super::{Desk, read_prepared, site_of};

#[derive(clap::Args)]
pub struct Arguments {
    /// The proposal file of the replacement: this registrar's part is added first, its signature once all parts are there.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Once the replacement stands in the record: where to write the new code, as CSV.
    #[arg(long, value_name = "FILE")]
    code_out: Option<PathBuf>,
    /// Once the replacement stands in the record: where to write the new letter, as PDF.
    #[arg(long, value_name = "FILE", requires_all = ["roll", "phone"])]
    letter_out: Option<PathBuf>,
    /// The prepared roll, for the letter's name and address.
    #[arg(long, value_name = "FILE")]
    roll: Option<PathBuf>,
    /// The telephone number on the letter.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// A web address for more, on the letter.
    #[arg(long, value_name = "URL")]
    web: Option<String>,
    /// The zone in which times are shown, by its distance from UTC, like +05:00; UTC unless given.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    zone: Option<Zone>,
    /// The site that the voter's link leads to; the server of the record unless given.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let proposal = read_proposal(&arguments.file)?;
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    if arguments.code_out.is_none() && arguments.letter_out.is_none() {
        return take_part(arguments, &verified, &desk, proposal);
    }
    let code = new_code(&verified, &desk, &proposal)?;
    let Entry::Replacement(act) = proposal.entry() else {
        return Err(Stop::input("the proposal replaces no letter"));
    };
    let request = &act.body.request;
    let site = site_of(arguments.site.as_deref(), &arguments.log)?;
    let mut said = Ok(Exit::Pass);
    if let Some(out) = &arguments.code_out {
        note(&desk, out, request)?;
        said = write_code(&site, &verified, (request, &code), out);
    }
    match &arguments.letter_out {
        Some(out) => {
            note(&desk, out, request)?;
            write_letter(arguments, site, (&verified, &desk), (request, &code), out)
        }
        None => said,
    }
}

/// The file is noted before it is written.
fn note(desk: &Desk, out: &Path, request: &ReplacementRequest) -> Result<(), Stop> {
    let number = Some(request.index);
    desk.note(File {
        path: out.to_owned(),
        what: Kind::Replacement,
        roll: None,
        channel: None,
        region: None,
        number,
    })
}

fn take_part(
    arguments: &Arguments,
    verified: &Verified,
    desk: &Desk,
    mut proposal: Proposal,
) -> Result<Exit, Stop> {
    follows(&proposal, &verified.record, &verified.tree)?;
    let setup = verified
        .record
        .setup_context()
        .ok_or_else(|| Stop::new(Exit::NotYet, "the keys are not confirmed"))?;
    // Stored before anything made from it leaves this program; the same proposal again gets the same code.
    let code = kept_code(desk, &proposal)?;
    let added = add_part(&mut proposal, &setup, &code, &rand::random()).map_err(part_stop)?;
    if added {
        write_proposal(&arguments.file, &proposal)?;
        print_line("this registrar's new part is in the proposal")?;
    }
    let registrars = verified.record.manifest().map_or(0, |manifest| manifest.registrars().len());
    if !is_complete(&proposal, registrars) {
        return print_line("the other registrar's part is awaited; sign afterwards by the same command");
    }
    let Entry::Replacement(act) = proposal.entry() else {
        return Err(Stop::input("the proposal replaces no letter"));
    };
    let count = u8::try_from(registrars).unwrap_or(u8::MAX);
    act.body.verify(&setup, count).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    let course = course(&proposal, verified, &arguments.log)?;
    let signer = (Role::Registrar, desk.number());
    arguments.place.sign_shown(&arguments.file, proposal, signer, &desk.key, &course)
}

/// The code of a replacement that stands in the record.
fn new_code(verified: &Verified, desk: &Desk, proposal: &Proposal) -> Result<Code, Stop> {
    let Entry::Replacement(act) = proposal.entry() else {
        return Err(Stop::input("the proposal replaces no letter"));
    };
    let request = &act.body.request;
    let setup = verified
        .record
        .setup_context()
        .ok_or_else(|| Stop::new(Exit::NotYet, "the keys are not confirmed"))?;
    let registrars = verified.record.manifest().map_or(0, |manifest| manifest.registrars().len());
    let new = act
        .body
        .verify(&setup, u8::try_from(registrars).unwrap_or(u8::MAX))
        .map_err(|error| Stop::new(Exit::NotYet, error))?;
    if verified.record.credential(request.index).is_none_or(|row| row.credential != new) {
        return Err(Stop::new(Exit::NotYet, "the replacement does not stand in the record"));
    }
    let code = kept_code(desk, proposal)?;
    // A letter with a code that is no part of the credential in force would be of no use to the voter.
    ensure_own(&act.body, &setup, &code).map_err(part_stop)?;
    Ok(code)
}

fn write_code(
    site: &str,
    verified: &Verified,
    (request, code): (&ReplacementRequest, &Code),
    out: &Path,
) -> Result<Exit, Stop> {
    let link = link(site, &verified.election, code);
    let (number, printed) = (request.index.to_string(), code.printed());
    let mut text = Zeroizing::new(String::with_capacity(96 + link.len()));
    for part in ["roll_number,code,link\n", &number, ",", printed.as_str(), ",", link.as_str(), "\n"] {
        text.push_str(part);
    }
    files::create(out, text.as_bytes(), Access::Private)?;
    print_line(&format!("the new code is in {}", out.display()))
}

/// The letter of a replacement: as the first one, with the reason in words.
fn write_letter(
    arguments: &Arguments,
    site: String,
    (verified, desk): (&Verified, &Desk),
    (request, code): (&ReplacementRequest, &Code),
    out: &Path,
) -> Result<Exit, Stop> {
    let missing = || Stop::new(Exit::Usage, "a letter needs --roll and --phone");
    let prepared = read_prepared(arguments.roll.as_deref().ok_or_else(missing)?)?;
    let missing_codes = || Stop::input("this registrar holds no codes of the sealed roll");
    let codes = desk.codes(verified.record.roll_attempt())?.ok_or_else(missing_codes)?;
    ensure_same_roll(&prepared, &codes).map_err(Stop::input)?;
    let person = usize::try_from(request.index).ok().and_then(|index| prepared.people().get(index));
    let person = person.ok_or_else(|| Stop::input("the prepared roll has no such roll number"))?;
    let manifest = verified
        .record
        .manifest()
        .ok_or_else(|| Stop::new(Exit::NotYet, "the record holds no manifest yet"))?;
    let vote = Vote {
        manifest,
        registrar: code.registrar(),
        closes: verified.record.closing_time().unwrap_or_else(|| manifest.document().schedule.closes.unix()),
        site,
        phone: arguments.phone.clone().ok_or_else(missing)?,
        web: arguments.web.clone(),
        zone: arguments.zone.unwrap_or_default(),
    };
    let mut file = Letters::begin(&vote).map_err(Stop::input)?;
    file.add(&Recipient {
        name: if person.name.is_empty() { &person.voter } else { &person.name },
        address: &person.address,
        region: prepared.region(person),
        language: prepared.language(person),
        number: request.index,
        code,
        replaces: Some(request.reason),
    })
    .map_err(Stop::input)?;
    files::create(out, &file.finish().map_err(Stop::input)?, Access::Private)?;
    print_line(&format!("the new letter is in {}", out.display()))
}

fn part_stop(error: PartError) -> Stop {
    let exit = match &error {
        PartError::Foreign { .. } => Exit::CheckFailed,
        PartError::NotAReplacement | PartError::Signed | PartError::Order { .. } => Exit::NotYet,
    };
    Stop::new(exit, error)
}

/// The code of a replacement: kept under its number and the credential that it replaces.
fn kept_code(desk: &Desk, proposal: &Proposal) -> Result<Code, Stop> {
    let Entry::Replacement(act) = proposal.entry() else {
        return Err(Stop::input("the proposal replaces no letter"));
    };
    let request = &act.body.request;
    let old = hex::encode(request.old.0.get(..8).unwrap_or_default());
    let name = format!("replacement-{}-{}-{old}.vault", request.number, request.index);
    let entropy = match desk.secret(&name)? {
        Some(entropy) => entropy,
        None => {
            let entropy = draw(desk.registrar);
            desk.keep_secret(&name, &entropy)?;
            entropy
        }
    };
    let fresh =
        <&[u8; 17]>::try_from(entropy.as_slice()).map_err(|_| Stop::input("the kept code is malformed"))?;
    Code::from_entropy(desk.registrar, fresh).map_err(Stop::input)
}

fn draw(registrar: Registrar) -> Zeroizing<Vec<u8>> {
    loop {
        let fresh = Zeroizing::new(rand::random::<[u8; 17]>());
        // One draw in 1,024 fits both registrars' check symbols and is drawn anew.
        if Code::from_entropy(registrar, &fresh).is_ok() {
            return Zeroizing::new(fresh.to_vec());
        }
    }
}
