//! `publish`: the list, once every registrar has committed to its own. Safe to repeat.

use plebiscite_election::entry::{Entry, Head, MessageKind, Role, Slot, chunks_of, sign};
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};

use super::{Desk, PROGRAM, kept, list_name};

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
        return Err(Stop::new(
            Exit::NotYet,
            format!("not all registrars have committed to their lists of roll attempt {attempt}"),
        ));
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
    print_line(&format!("the list of roll attempt {attempt} {stands} in {} entries", entries.len()))
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
