//! `proposals`: what collects signatures on the record's server, each judged against the record that was verified here.

use plebiscite_election::entry::{Entry, Role, Succeeded};
use plebiscite_election::record::Record;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::{awaited, course, digits, listed};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::proposal::check::{follows, number_of};
use plebiscite_roles::proposal::{Proposal, numbered, words};
use plebiscite_roles::signing::{self, FOLDER, Held, named, word};
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
    /// The same by number and name, and what each types.
    missing: Vec<Missing>,
    /// Whether this official has signed it; null where it is not known whose folder this is.
    signed: Option<bool>,
    /// Why it is not to be signed; null where it follows from the record.
    refused: Option<String>,
}

/// Some of a role whose signatures are missing.
#[derive(Serialize)]
struct Missing {
    role: &'static str,
    words: String,
    /// What one of them types; of officials with this one's folder, unless this one has signed.
    command: Option<String>,
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
    let proposals: Result<_, Stop> =
        listed.proposals.iter().map(|proposal| judge(proposal, &verified, arguments)).collect();
    let proposals = proposals?;
    let all = All { proposals, strange: listed.strange };
    if arguments.json {
        return print_line(&serde_json::to_string(&all).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    for (proposal, judged) in listed.proposals.iter().zip(&all.proposals) {
        say(proposal, judged, &verified.record, arguments)?;
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

fn judge(proposal: &Proposal, verified: &Verified, arguments: &Arguments) -> Result<Judged, Stop> {
    let course = course(proposal, verified, &arguments.log)?;
    let number = digits(proposal);
    let caller = arguments.place.public_key();
    let caller = caller.and_then(|key| number_of(&verified.record, Role::Official, &key));
    let signed = caller.map(|caller| proposal.signers(Role::Official).contains(&caller));
    let own = arguments.place.folder.to_string_lossy();
    let missing = |missing: &signing::Missing| {
        let mine = missing.role == Role::Official && signed != Some(true);
        let folder = if mine { own.as_ref() } else { FOLDER };
        Missing {
            role: missing.role.name(),
            words: course.in_words(missing),
            command: course.signing(proposal, missing.role, Held::Number(&number), folder),
        }
    };
    Ok(Judged {
        missing: course.missing(proposal).iter().map(missing).collect(),
        signed,
        proposal: digits(proposal),
        kind: proposal.kind().name(),
        words: Printable(&words(proposal)).to_string(),
        officials: proposal.signers(Role::Official),
        cosigners: proposal.cosigners().map(|role| proposal.signers(role)).unwrap_or_default(),
        awaits: awaited(proposal, verified),
        refused: follows(proposal, &verified.record, &verified.tree).err().map(|error| error.to_string()),
    })
}

/// How a successor that can stand no more is proposed anew: it may be in haste.
fn renewing(proposal: &Proposal, arguments: &Arguments) -> Option<String> {
    let Entry::Successor(act) = proposal.entry() else { return None };
    let key = hex::encode(act.body.key);
    let election = arguments.log.election.clone().or_else(|| proposal.election().map(|id| id.to_string()));
    let on = format!(
        "--key {key} --post --record {} --election {} --folder {}",
        word(&arguments.log.record),
        word(&election.unwrap_or_default()),
        word(&arguments.place.folder.to_string_lossy())
    );
    Some(match act.body.of {
        Succeeded::Official(number) => format!(
            "  to propose it anew: plebiscite-admin successor --official {} {on}",
            u32::from(number).saturating_add(1)
        ),
        Succeeded::Board => format!(
            "  it named the log before later entries: have the operator start the server without the old board key, so that no \
             ballots come, then propose it anew: plebiscite-admin successor {on}; trustees who signed this one sign no other of \
             its number"
        ),
    })
}

fn say(proposal: &Proposal, judged: &Judged, record: &Record, arguments: &Arguments) -> Result<Exit, Stop> {
    print_line(&format!("{}: {}", judged.proposal, judged.words))?;
    if let Some(why) = &judged.refused {
        print_line(&format!("  do not sign it: {}", Printable(why)))?;
        return renewing(proposal, arguments).map_or(Ok(Exit::Pass), |how| print_line(&how));
    }
    let roles = std::iter::once(Role::Official).chain(proposal.cosigners());
    let document = record.manifest().map(|manifest| manifest.document());
    let name = |role: Role, number: u16| {
        document.map_or_else(|| numbered(role, number), |document| named(document, role, number))
    };
    let signed: Vec<String> = roles
        .flat_map(|role| proposal.signers(role).into_iter().map(move |number| (role, number)))
        .map(|(role, number)| name(role, number))
        .collect();
    print_line(&format!("  signed by {}", signed.join(", ")))?;
    if judged.signed == Some(true) {
        print_line("  you have signed it")?;
    }
    for missing in &judged.missing {
        print_line(&format!("  missing: {}", missing.words))?;
        let who = match (missing.role, judged.signed) {
            ("official", Some(false)) => "you type",
            ("official", None) => "who of them has not signed types",
            _ => "they type",
        };
        if let Some(command) = &missing.command {
            print_line(&format!("    {who}: {command}"))?;
        }
    }
    if judged.missing.is_empty() {
        let record = word(&arguments.log.record);
        print_line(&format!(
            "  no signature is missing; type: plebiscite-admin post --proposal {} --record {record}",
            judged.proposal
        ))?;
    }
    Ok(Exit::Pass)
}
