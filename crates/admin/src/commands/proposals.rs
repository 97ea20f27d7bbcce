//! `proposals`: what collects signatures on the record's server, each judged against the record that was verified here.

use plebiscite_election::entry::Role;
use plebiscite_election::record::Record;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::{awaited, digits, listed};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::proposal::{Proposal, check::follows, numbered, words};
use plebiscite_verifier::printable::Printable;
use serde::Serialize;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// One proposal, as this program judged it.
#[derive(Serialize)]
struct Judged {
    /// The first digits of its number.
    proposal: String,
    kind: &'static str,
    words: String,
    /// Who has signed, by number, and how many of each role have yet to.
    officials: Vec<u16>,
    cosigners: Vec<u16>,
    awaits: String,
    /// Why it is not to be signed; null where it follows from the record.
    refused: Option<String>,
}

#[derive(Serialize)]
struct All {
    proposals: Vec<Judged>,
    /// Listed by the server, and no act of this election.
    strange: usize,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let listed = listed(&arguments.log, verified.election)?;
    let proposals = listed.proposals.iter().map(|proposal| judge(proposal, &verified)).collect();
    let all = All { proposals, strange: listed.strange };
    if arguments.json {
        return print_line(&serde_json::to_string(&all).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    for (proposal, judged) in listed.proposals.iter().zip(&all.proposals) {
        say(proposal, judged, &verified.record)?;
    }
    if all.strange > 0 {
        print_line(&format!("the server lists {} more that are no acts of this election", all.strange))?;
    }
    if all.proposals.is_empty() {
        print_line("nothing collects signatures on this server")
    } else {
        Ok(Exit::Pass)
    }
}

fn judge(proposal: &Proposal, verified: &Verified) -> Judged {
    Judged {
        proposal: digits(proposal),
        kind: proposal.kind().name(),
        words: Printable(&words(proposal)).to_string(),
        officials: proposal.signers(Role::Official),
        cosigners: proposal.cosigners().map(|role| proposal.signers(role)).unwrap_or_default(),
        awaits: awaited(proposal, verified),
        refused: follows(proposal, &verified.record, &verified.tree).err().map(|error| error.to_string()),
    }
}

fn say(proposal: &Proposal, judged: &Judged, record: &Record) -> Result<Exit, Stop> {
    print_line(&format!("{}: {}", judged.proposal, judged.words))?;
    if let Some(why) = &judged.refused {
        return print_line(&format!("  do not sign it: {}", Printable(why)));
    }
    let roles = std::iter::once(Role::Official).chain(proposal.cosigners());
    let signed: Vec<String> = roles.flat_map(|role| signers(proposal, role, record)).collect();
    print_line(&format!("  signed by {}", signed.join(", ")))?;
    match judged.awaits.as_str() {
        "" => print_line(&format!("  complete: type `plebiscite-admin post --proposal {}`", judged.proposal)),
        awaits => print_line(&format!(
            "  awaits {awaits}; to sign: type `plebiscite-admin sign --proposal {}`",
            judged.proposal
        )),
    }
}

/// Those of a role who have signed, by number and name.
fn signers(proposal: &Proposal, role: Role, record: &Record) -> Vec<String> {
    let document = record.manifest().map(|manifest| manifest.document());
    let (members, first) = match role {
        Role::Official => (document.map(|document| &document.officials.keys), 0),
        Role::Registrar => (document.map(|document| &document.registrars.members), 0),
        Role::Trustee => (document.map(|document| &document.trustees.members), 1),
        Role::Board => (None, 0),
    };
    let name = |number: u16| {
        let place = usize::from(number).checked_sub(first);
        let name = members
            .zip(place)
            .and_then(|(members, place)| members.get(place))
            .map(|member| member.name.as_str());
        format!("{} ({})", numbered(role, number), Printable(name.unwrap_or_default()))
    };
    proposal.signers(role).into_iter().map(name).collect()
}
