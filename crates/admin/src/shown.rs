//! A manifest in lines that an official reads before signing it: what is asked, when, of whom, and who decides it.

use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{Member, Text};
use plebiscite_election::manifest::time::Time;
use plebiscite_verifier::printable::Printable;

use crate::explain::{explain, minimums};

/// The lines. Texts are in the manifest's languages, one after another.
#[must_use]
pub fn lines(manifest: &Manifest) -> Vec<String> {
    let document = manifest.document();
    let mut lines = vec![format!("title: {}", all(&document.title))];
    for contest in &document.contests {
        lines.push(format!("question: {}", all(contest.question())));
    }
    let schedule = &document.schedule;
    lines.push(format!("opens {}, closes {}", time(schedule.opens), time(schedule.closes)));
    let early = schedule.earliest_early_close.map_or_else(
        || "never closed early".to_owned(),
        |earliest| format!("closed early from {} on at most", time(earliest)),
    );
    lines.push(format!("extended to {} at most; {early}", time(schedule.latest_close)));
    lines.push(format!(
        "officials: {} of {} sign: {}",
        document.officials.quorum,
        document.officials.keys.len(),
        names(&document.officials.keys)
    ));
    lines.push(format!(
        "trustees: {} of {} decrypt, {} confirm a seal: {}",
        document.trustees.threshold,
        document.trustees.members.len(),
        manifest.confirmations(),
        names(&document.trustees.members)
    ));
    lines.push(format!("registrars: {}", names(&document.registrars.members)));
    lines.push(match document.witnesses.keys.as_slice() {
        [] => "witnesses: none".to_owned(),
        keys => format!(
            "witnesses: {} of {} cosign, {} may be faulty: {}",
            document.witnesses.quorum,
            keys.len(),
            document.witnesses.faulty,
            names(keys)
        ),
    });
    lines.push(format!("roll: at most {} voters", document.roll.maximum));
    lines.extend(minimums(document, None).into_iter().map(|sentence| format!("privacy: {sentence}")));
    let all = explain(manifest, u64::from(document.roll.maximum)).unwrap_or_default();
    for decided in all.into_iter().filter(|decided| !decided.contest.is_empty()) {
        lines.push(format!("{}, if all of these are on the roll: {}", decided.contest, decided.sentence));
    }
    lines
}

fn all(text: &Text) -> String {
    let texts = text.0.values().map(|text| Printable(text).to_string());
    texts.collect::<Vec<_>>().join(" / ")
}

fn names(members: &[Member]) -> String {
    let names = members.iter().map(|member| Printable(&member.name).to_string());
    names.collect::<Vec<_>>().join(", ")
}

fn time(time: Time) -> String {
    time.to_string()
}

#[cfg(test)]
mod tests {
    use plebiscite_support::{Shape, document};

    use super::*;

    #[test]
    fn an_official_reads_what_is_asked_when_and_of_whom_before_signing() {
        let document = document(&Shape { witnesses: (3, 2, 1), ..Shape::default() });
        let bytes = serde_json::to_vec(&document).unwrap();
        let shown = lines(&Manifest::parse(&bytes).unwrap()).join("\n");
        for said in [
            "title: A vote in a test",
            "question: ",
            "officials: 2 of 3 sign: ",
            "trustees: 3 of 5 decrypt, 4 confirm a seal: ",
            "witnesses: 2 of 3 cosign, 1 may be faulty: witness1, witness2, witness3",
            "if all of these are on the roll: ",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        let other = document_without_witnesses();
        assert!(lines(&other).contains(&"witnesses: none".to_owned()));
    }

    fn document_without_witnesses() -> Manifest {
        Manifest::parse(&serde_json::to_vec(&document(&Shape::default())).unwrap()).unwrap()
    }
}
