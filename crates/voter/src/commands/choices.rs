//! What is chosen, by the ids of the manifest, and back.

use plebiscite_election::contest::{Choice, Contest};
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::ContestDocument;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_voter::written;

/// Reads `CONTEST=CHOICE`, once for each contest, in any order.
pub fn read(manifest: &Manifest, given: &[String]) -> Result<Vec<Choice>, Stop> {
    let usage = |sentence: String| Stop::new(Exit::Usage, sentence);
    let mut pairs = Vec::new();
    for text in given {
        let pair = text.split_once('=');
        let (contest, choice) =
            pair.ok_or_else(|| usage("a choice is written as CONTEST=CHOICE".to_owned()))?;
        if !manifest.contests().iter().any(|known| known.id() == contest) {
            return Err(usage("a choice names a contest that this election does not have".to_owned()));
        }
        pairs.push((contest, choice));
    }
    let documents = manifest.contests().iter().zip(&manifest.document().contests);
    let choose = |(contest, document): (&Contest, &ContestDocument)| {
        let mut own = pairs.iter().filter(|(id, _)| *id == contest.id());
        match (own.next(), own.next()) {
            (Some((_, text)), None) => written::read(contest, document, text).ok_or_else(|| {
                usage(format!("contest {} takes {}", contest.id(), written::taken(contest, document)))
            }),
            (None, _) => Err(usage(format!("contest {} has no choice: say --choose", contest.id()))),
            _ => Err(usage(format!("contest {} has more than one choice", contest.id()))),
        }
    };
    documents.map(choose).collect()
}
