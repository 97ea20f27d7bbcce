//! All faults of a description at once, each with its place and how to put it right (§12).
//!
//! The judge is that of [`Manifest::parse`]: there is a fault here exactly where it refuses.

use super::Manifest;
use super::check::Faults;
use super::document::Document;
use super::error::ManifestError;
use super::form;
use super::loose::Loose;
use super::remedy::{indifferent, related, remedy};
use super::time::Time;
use super::warning::{self, Warning};

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path of what is to be changed, such as `contests[0].question.de`; empty where it is the whole document.
    pub place: String,
    /// The rule's name in §12, such as `SentenceMissing`.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// How to put it right.
    pub remedy: String,
}

/// What a description came to.
#[derive(Debug)]
pub struct Findings {
    /// The manifest; there exactly if there are no faults.
    pub manifest: Option<Manifest>,
    /// What was read, with faults of form mended by what says nothing; none where it is not JSON.
    pub document: Option<Document>,
    /// The faults, in the order of §12.1, those of form first.
    pub faults: Vec<Fault>,
    /// There may be more than was room for.
    pub more: bool,
    /// Whether what was read had to be mended: it is then not what was written.
    pub mended: bool,
}

impl Findings {
    /// Advice on what was read, at this time (§12.12); also where rules are broken, but none where a field could not be read.
    #[must_use]
    pub fn warnings(&self, now: Time) -> Vec<Warning> {
        let Some(document) = self.document.as_ref().filter(|_| !self.mended) else { return Vec::new() };
        warning::warnings(document).into_iter().chain(warning::dated(document, now)).collect()
    }
}

/// Judges a description's bytes by every rule, and names as many faults as `most`.
#[must_use]
pub fn find(bytes: &[u8], most: usize) -> Findings {
    let most = most.max(1);
    let mut faults = Faults::up_to(most);
    match Manifest::judge(bytes, &mut faults) {
        Ok(manifest) => {
            let document = Some(manifest.document().clone());
            Findings { manifest: Some(manifest), document, faults: Vec::new(), more: false, mended: false }
        }
        Err(ManifestError::Strict(fault)) => without_form(bytes, &fault.into(), faults, most),
        Err(error) => {
            let document = super::strict::read(bytes).ok();
            let mut found = of_rules(faults, &[]);
            if found.is_empty() {
                found.push(of_rule("", &error));
            }
            let more = found.len() >= most;
            Findings { manifest: None, document, faults: found, more, mended: false }
        }
    }
}

/// The faults of form, and of the rules what does not depend on what was mended.
fn without_form(bytes: &[u8], error: &ManifestError, before: Faults, most: usize) -> Findings {
    let mut found = of_rules(before, &[]);
    let Ok(written) = serde_json::from_slice::<Loose>(bytes) else {
        found.push(of_rule("", error));
        return Findings { manifest: None, document: None, faults: found, more: false, mended: false };
    };
    let (form_faults, mended) = form::explain(&written);
    let places: Vec<String> = form_faults.iter().map(|fault| fault.place.clone()).collect();
    let rule = rule_name(error);
    found.extend(form_faults.into_iter().map(|fault| Fault {
        place: fault.place,
        rule: rule.clone(),
        what: fault.what,
        remedy: fault.remedy,
    }));
    if found.is_empty() {
        // The table of forms does not explain it: the judge's own sentence does.
        found.push(of_rule("", error));
    }
    let document: Option<Document> = serde_json::from_value(mended).ok();
    if let Some(document) = &document {
        let mut faults = Faults::up_to(most);
        // Its verdict is about a mended copy, and is not asked: the document is refused already.
        drop(super::check::check(document, &mut faults));
        found.extend(of_rules(faults, &places));
    }
    let more = found.len() >= most;
    found.truncate(most);
    Findings { manifest: None, document, faults: found, more, mended: true }
}

/// The rules that are broken where nothing that they are about was mended.
fn of_rules(faults: Faults, mended: &[String]) -> Vec<Fault> {
    let sound = |place: &str, error: &ManifestError| {
        let places: Vec<String> = related(place, error).into_iter().chain([place.to_owned()]).collect();
        let matters =
            |mended: &String| !mended.split(['.', '[']).any(|part| indifferent(error).contains(&part));
        let touched = |mended: &String| places.iter().any(|place| overlap(mended, place));
        !mended.iter().filter(|mended| matters(mended)).any(touched)
    };
    let found = faults.into_found().into_iter().filter(|broken| sound(&broken.place, &broken.error));
    found.map(|broken| of_rule(&broken.place, &broken.error)).collect()
}

fn of_rule(place: &str, error: &ManifestError) -> Fault {
    let sentence = error.to_string();
    Fault {
        place: place.to_owned(),
        rule: rule_name(error),
        what: without_place(&sentence, place).to_owned(),
        remedy: remedy(error),
    }
}

/// The sentence without the place that stands beside it already, or without what lies around that.
fn without_place<'s>(sentence: &'s str, place: &str) -> &'s str {
    let mut around = place;
    while !around.is_empty() {
        let prefixes = [format!("at {around}: "), format!("{around}: ")];
        if let Some(rest) = prefixes.iter().find_map(|prefix| sentence.strip_prefix(prefix.as_str())) {
            return rest;
        }
        around = around.rfind(['.', '[']).and_then(|end| around.get(..end)).unwrap_or_default();
    }
    sentence
}

/// The name that §12 gives the rule.
fn rule_name(error: &ManifestError) -> String {
    let first = |text: String| text.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    match error {
        ManifestError::Strict(fault) => format!("Strict({})", first(format!("{fault:?}"))),
        other => first(format!("{other:?}")),
    }
}

/// Whether one of two places lies in the other, or they are the same.
fn overlap(a: &str, b: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| outer.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
    };
    within(a, b) || within(b, a)
}
