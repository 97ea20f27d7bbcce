//! `commit`: codes are made, stored, and committed to; nothing of them is public yet.

use std::path::PathBuf;

use plebiscite_election::counted::counted;
use plebiscite_election::credential::list_commitment;
use plebiscite_election::entry::{Role, RollCommitment};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::record::Phase;
use plebiscite_registrar::totals::Totals;
use plebiscite_registrar::{Prepared, RollCodes};
use plebiscite_roles::called::Called;
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::progress::Progress;
use plebiscite_roles::proposal::numbered;
use sha2::{Digest, Sha256};

use super::{Desk, PROGRAM, codes_name, ensure_list_fits, kept, list_name, read_prepared, tell};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    #[command(flatten)]
    sending: Sending,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let prepared = read_prepared(&arguments.roll)?;
    let verified = arguments.place.verified(&arguments.log)?;
    if verified.record.phase() != Phase::Roll {
        let sentence = format!(
            "codes are made in phase roll only, and the record is in phase {}",
            verified.record.phase().name()
        );
        return Err(Stop::new(Exit::NotYet, sentence));
    }
    // A record that takes no posts is refused before anything is made.
    let mut outbox = arguments.sending.outbox(&arguments.log, verified.election, PROGRAM)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    desk.note_roll(&arguments.roll, &prepared)?;
    let list = kept_list(&arguments.place, &desk, &verified, &prepared)?;
    let attempt = verified.record.roll_attempt();
    if !verified.record.roll_commitments().any(|number| number == desk.number()) {
        let setup = verified
            .record
            .setup_context()
            .ok_or_else(|| Stop::new(Exit::NotYet, "the keys are not confirmed"))?;
        let digest = Sha256::digest(&list).into();
        let entry = RollCommitment {
            election: verified.election,
            attempt,
            registrar: desk.number(),
            commitment: list_commitment(&setup, attempt, desk.registrar, &digest),
            signature: [0; 64],
        };
        outbox.send(&[entry.signed(desk.key.signing_key()).encode()])?;
    }
    outbox.tell()?;
    let (rows, registrar) = (prepared.people().len(), numbered(Role::Registrar, desk.number()));
    let done = if arguments.sending.out.is_some() { "commits" } else { "has committed" };
    print_line(&format!(
        "{registrar} {done} to {} of roll attempt {attempt}, roll {}",
        counted(rows, "credential"),
        hex::encode(prepared.digest())
    ))?;
    let others = if verified.record.manifest().is_some_and(|manifest| manifest.registrars().len() > 1) {
        "once the other registrar has committed too (its prepared roll must have the same SHA-256), "
    } else {
        ""
    };
    let called = Called::of(PROGRAM, &arguments.place, &arguments.log, verified.election);
    tell(&format!("next: {others}publish the list:\n  {}", called.posting("publish")));
    Ok(Exit::Pass)
}

/// The list of the attempt in force: as it was stored, or made from stored codes, or from codes made and stored now.
fn kept_list(place: &Place, desk: &Desk, verified: &Verified, prepared: &Prepared) -> Result<Vec<u8>, Stop> {
    let manifest = verified
        .record
        .manifest()
        .ok_or_else(|| Stop::new(Exit::NotYet, "the record holds no manifest yet"))?;
    let setup = verified
        .record
        .setup_context()
        .ok_or_else(|| Stop::new(Exit::NotYet, "the keys are not confirmed"))?;
    let regions = prepared.regions_in(manifest).map_err(Stop::input)?;
    let attempt = verified.record.roll_attempt();
    ensure_list_fits(regions.len())?;
    let codes = match desk.codes(attempt)? {
        Some(codes) => codes,
        None => {
            agree(place, manifest, attempt, prepared)?;
            make_codes(desk, (attempt, setup.attempt), prepared)?
        }
    };
    if codes.persons != *prepared.digest() || codes.ceremony_attempt != setup.attempt {
        return Err(Stop::input(format!(
            "the codes of roll attempt {attempt} were made from another prepared roll, of SHA-256 {}: commit to that one; if it \
             is the wrong one, two codes for one voter are never made in one attempt, so that the officials first end it by \
             plebiscite-admin roll-attempt-ended, and in the next attempt this roll is taken",
            hex::encode(codes.persons)
        )));
    }
    let path = desk.path(&list_name(attempt));
    if let Some(list) = kept(&path)? {
        return Ok(list);
    }
    let shown = Progress::over(format!("making the credentials of {}", counted(codes.len(), "voter")), 0);
    let list = codes.list(&setup, &regions, &rand::random()).map_err(Stop::input)?;
    drop(shown);
    files::create(&path, &list, Access::Private)?;
    Ok(list)
}

/// Shows whom the codes will be made for, and what the privacy minimums make of that roll, and asks: another roll needs a new
/// attempt, which the officials have to sign for.
fn agree(place: &Place, manifest: &Manifest, attempt: u32, prepared: &Prepared) -> Result<(), Stop> {
    let totals = Totals::of_prepared(prepared);
    tell(&totals.to_string());
    for warning in totals.cautions(manifest) {
        tell(&format!("WARNING: {warning}"));
    }
    place.consent(&format!(
        "Make the codes of roll attempt {attempt} for this roll? Another roll then takes a new attempt, which the officials sign for."
    ))
}

/// Fresh codes for every voter, durably stored before anything that follows from them leaves this program.
fn make_codes(desk: &Desk, attempts: (u32, u32), prepared: &Prepared) -> Result<RollCodes, Stop> {
    let codes =
        RollCodes::draw(attempts, desk.registrar, *prepared.digest(), prepared.people().len(), rand::random);
    desk.keep_secret(&codes_name(attempts.0), &codes.encode())?;
    Ok(codes)
}
