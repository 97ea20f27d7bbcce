//! Lint: every fault of a description at once, each with its line and place and how to put it right; advice apart (§12).

use plebiscite_election::manifest::faults::{Findings, find};
use plebiscite_election::manifest::time::Time;
use plebiscite_election::manifest::{ElectionId, Manifest};
use plebiscite_roles::signing::word;
use serde::Serialize;

use crate::explain::minimums;
use crate::lines::Lines;

/// Most faults that are listed; that there may be more is said.
const MOST: usize = 1_000;

/// What a description came to: the stable document of `lint --json`.
#[derive(Debug, Serialize)]
pub struct Lint {
    /// The election's id, if these exact bytes are a manifest; null where there is a fault.
    pub election: Option<String>,
    /// Whether it says that it is a test; null where it cannot be read.
    pub test: Option<bool>,
    /// What makes it no manifest, in the order of the specification's section 12.
    pub faults: Vec<Fault>,
    /// Whether there may be more faults than are listed.
    pub more: bool,
    /// What may be done better; none of it refuses anything.
    pub advice: Vec<String>,
    /// What the privacy minimums mean, in numbers; empty where they cannot be read.
    pub minimums: Vec<String>,
    #[serde(skip)]
    findings: Findings,
}

/// A fault.
#[derive(Debug, Serialize)]
pub struct Fault {
    /// The line of the file, from 1; null where the place stands nowhere in it.
    pub line: Option<u64>,
    /// Where, such as `contests[0].question.de`; empty for the whole document.
    pub place: String,
    /// The same as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The rule's name in section 12.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// How to put it right.
    pub fix: String,
}

/// Judges a description's bytes by the judge that accepts manifests; `now` is for advice about times.
#[must_use]
pub fn lint(bytes: &[u8], now: Time) -> Lint {
    let findings = find(bytes, MOST);
    let lines = Lines::of(bytes);
    let faults = findings.faults.iter().map(|fault| Fault {
        line: lines.line(&fault.place).or_else(|| named_line(&fault.what)),
        place: fault.place.clone(),
        pointer: pointer(&fault.place),
        rule: fault.rule.clone(),
        what: fault.what.clone(),
        fix: fault.remedy.clone(),
    });
    Lint {
        election: findings.manifest.as_ref().map(|_| ElectionId::of(bytes).to_string()),
        test: findings.document.as_ref().map(|document| document.test),
        faults: faults.collect(),
        more: findings.more,
        advice: findings.warnings(now).iter().map(ToString::to_string).collect(),
        minimums: findings
            .document
            .as_ref()
            .filter(|_| !findings.mended)
            .map(|document| minimums(document, None))
            .unwrap_or_default(),
        findings,
    }
}

impl Lint {
    /// The manifest, where there is no fault.
    #[must_use]
    pub const fn manifest(&self) -> Option<&Manifest> {
        self.findings.manifest.as_ref()
    }

    /// The whole in lines for people: faults first, then advice, each under its own heading.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.faults.len() {
            0 => lines.push("no faults: this is a manifest".to_owned()),
            1 => lines.push("1 fault: this is refused as a manifest".to_owned()),
            count => {
                let more = if self.more { " or more" } else { "" };
                lines.push(format!("{count}{more} faults: this is refused as a manifest"));
            }
        }
        for (number, fault) in (1..).zip(&self.faults) {
            let line = fault.line.map_or_else(String::new, |line| format!(", line {line}"));
            let place = if fault.place.is_empty() { "the whole" } else { &fault.place };
            lines.push(format!("fault {number}{line}, {place}: {}", fault.what));
            lines.push(format!("    how to fix: {}", fault.fix));
        }
        if self.findings.mended {
            lines.push("advice is given once every field can be read".to_owned());
        }
        lines.extend(self.minimums.iter().map(|sentence| format!("privacy: {sentence}")));
        if !self.advice.is_empty() {
            lines.push("advice, which refuses nothing:".to_owned());
            lines.extend(self.advice.iter().map(|advice| format!("advice: {advice}")));
        }
        lines
    }
}

/// What another command says of a file that lint refuses: the first fault with its line, and where all of them are listed.
#[must_use]
pub fn first_of(found: &Lint, file: &str) -> Option<String> {
    let first = found.faults.first()?;
    let line = first.line.map_or_else(String::new, |line| format!("line {line}, "));
    let place = if first.place.is_empty() { "the whole" } else { &first.place };
    let more = match (found.faults.len().saturating_sub(1), found.more) {
        (0, false) => String::new(),
        (1, false) => ", as is 1 more fault".to_owned(),
        (more, _) => format!(", as are {more} more faults"),
    };
    Some(format!(
        "{line}{place}: {}; how to fix it is said by: plebiscite-admin lint {}{more}",
        first.what,
        word(file)
    ))
}

/// The line that the reader of JSON names in its own sentence.
fn named_line(what: &str) -> Option<u64> {
    let (_, behind) = what.rsplit_once(" at line ")?;
    behind.split(' ').next()?.parse().ok()
}

/// A place as a JSON pointer: `contests[0].question` is `/contests/0/question`.
fn pointer(place: &str) -> String {
    let mut pointer = String::new();
    for name in place.split('.').filter(|name| !name.is_empty()) {
        for part in name.split('[') {
            pointer.push('/');
            pointer.push_str(&part.trim_end_matches(']').replace('~', "~0").replace('/', "~1"));
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use plebiscite_support::{Shape, document};

    fn now() -> Time {
        Time::parse("2027-01-01T00:00:00Z").unwrap()
    }

    #[test]
    fn places_are_pointers_too() {
        assert_eq!(pointer("contests[0].question.de"), "/contests/0/question/de");
        assert_eq!((pointer(""), pointer("roll.maximum")), (String::new(), "/roll/maximum".to_owned()));
    }

    #[test]
    fn every_fault_has_its_line_and_advice_stands_apart() {
        let good = serde_json::to_vec_pretty(&document(&Shape::default())).unwrap();
        let found = lint(&good, now());
        assert!(found.faults.is_empty() && found.manifest().is_some() && !found.advice.is_empty());
        assert!(first_of(&found, "f").is_none() && !found.minimums.is_empty());
        assert_eq!(found.lines().first().unwrap(), "no faults: this is a manifest");
        let bad = String::from_utf8(good).unwrap();
        let bad = bad.replacen("\"quorum\": 2", "\"quorum\": 1", 1).replacen("\"maximum\":", "\"most\":", 1);
        let line = |text: &str| bad.lines().zip(1_u64..).find(|line| line.0.contains(text)).unwrap().1;
        let found = lint(bad.as_bytes(), now());
        let places: Vec<_> = found.faults.iter().map(|fault| (fault.place.as_str(), fault.line)).collect();
        assert_eq!(
            places,
            [
                ("roll.most", Some(line("\"most\""))),
                ("roll.maximum", Some(line("\"roll\""))),
                ("officials.quorum", Some(line("\"quorum\": 1"))),
            ]
        );
        assert!(found.manifest().is_none() && found.election.is_none());
        let said = found.lines().join("\n");
        assert!(said.starts_with("3 faults: this is refused") && said.contains("how to fix: "), "{said}");
        assert!(
            !said.contains("Strict") && !said.contains("(Quorum)"),
            "no names that are ours alone: {said}"
        );
        let first = first_of(&found, "my file.json").unwrap();
        assert!(first.starts_with(&format!("line {}, roll.most: ", line("\"most\""))), "{first}");
        assert!(first.ends_with("plebiscite-admin lint 'my file.json', as are 2 more faults"), "{first}");
        assert!(found.advice.is_empty() && said.ends_with("once every field can be read"), "{said}");
    }

    #[test]
    fn what_is_no_json_is_one_fault_with_the_line_that_its_reader_names() {
        let found = lint(b"{\n\"test\": true,\n}", now());
        assert_eq!((found.faults.len(), found.test), (1, None));
        assert!(found.faults.iter().all(|fault| fault.what.contains("line 3")), "{found:?}");
        assert_eq!(found.faults.first().unwrap().line, Some(3));
    }
}
