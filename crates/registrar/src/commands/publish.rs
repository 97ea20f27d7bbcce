//! `publish`: the list, once every registrar has committed to its own. Safe to repeat.

use plebiscite_election::counted::{counted, either, numbered};
use plebiscite_election::entry::{Entry, Head, MessageKind, Role, Slot, chunks_of, sign};
use plebiscite_election::record::Record;
use plebiscite_roles::called::Called;
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};

use super::{Desk, PROGRAM, kept, list_name, tell};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    #[command(flatten)]
    sending: Sending,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let mut outbox = arguments.sending.outbox(&arguments.log, verified.election, PROGRAM)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let record = &verified.record;
    if record.roll().is_some() || record.roll_lists().any(|number| number == desk.number()) {
        return print_line("the list stands");
    }
    let attempt = record.roll_attempt();
    if record.roll_committed().is_none() {
        return Err(Stop::new(Exit::NotYet, awaited(record)));
    }
    let missing =
        || Stop::input(format!("this registrar has made no list for roll attempt {attempt}: commit first"));
    let list = kept(&desk.path(&list_name(attempt)))?.ok_or_else(missing)?;
    let slot = Slot { message: MessageKind::RollList, attempt, signer: desk.number() };
    let mut entries = vec![kept_head(&desk, &verified, slot, &list)?];
    entries.extend(chunks_of(slot, &list).iter().map(|chunk| chunk.encode()));
    drop(list);
    outbox.send(&entries)?;
    outbox.tell()?;
    let stands = if arguments.sending.out.is_some() { "is" } else { "stands" };
    print_line(&format!(
        "the list of roll attempt {attempt} {stands} in {}",
        counted(entries.len(), "entry")
    ))?;
    let called = Called::of(PROGRAM, &arguments.place, &arguments.log, verified.election);
    tell(&format!(
        "next: once every list stands, the officials propose the roll seal, and send you its file to sign:\n  {}",
        called.command("seal FILE")
    ));
    Ok(Exit::Pass)
}

/// Whose commitment is awaited before any list may be published.
fn awaited(record: &Record) -> String {
    let count = record.manifest().map_or(0, |manifest| manifest.registrars().len());
    let missing: Vec<u16> = (0..=u16::MAX)
        .take(count)
        .filter(|number| !record.roll_commitments().any(|committed| committed == *number))
        // People count from 1.
        .map(|number| number.saturating_add(1))
        .collect();
    format!(
        "{} {} not committed to a list of roll attempt {} yet; publish once that is done",
        numbered("registrar", &missing),
        either(missing.len(), "has", "have"),
        record.roll_attempt()
    )
}

/// The head as it was stored, so that a resumed publication sends the same bytes; or made and stored now.
fn kept_head(desk: &Desk, verified: &Verified, slot: Slot, list: &[u8]) -> Result<Vec<u8>, Stop> {
    let path = desk.path(&format!("list-{}.head", slot.attempt));
    let mut head = Head::of(verified.election, slot, list, verified.seen);
    if let Some(bytes) = kept(&path)? {
        let same = matches!(Entry::decode(&bytes), Ok(Entry::Head(old)) if (old.slot, old.root) == (slot, head.root));
        return if same { Ok(bytes) } else { Err(Stop::input("the kept head is not that of the kept list")) };
    }
    head.signatures
        .insert(slot.signer, sign(Role::Registrar, desk.key.signing_key(), &head.unsigned_bytes()));
    let bytes = head.encode();
    files::create(&path, &bytes, Access::Private)?;
    Ok(bytes)
}
