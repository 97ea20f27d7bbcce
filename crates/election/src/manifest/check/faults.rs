//! Where the checks put what they find: the first rule that is broken, or all of them.
//!
//! There is one judge. It adds every fault here and goes on for as long as it is let: strictly, to the first.

use super::super::error::ManifestError;
use super::super::text::{TextFault, name_faults};
use super::SHORT_TEXT;

/// A rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The path of what is to be changed, such as `contests[0].question.de`.
    pub place: String,
    /// The rule.
    pub error: ManifestError,
}

/// The faults found so far, in the order of §12.1.
#[derive(Debug)]
pub struct Faults {
    found: Vec<Broken>,
    most: usize,
}

impl Faults {
    /// Room for so many faults; with room for one, the first ends the check.
    pub fn up_to(most: usize) -> Self {
        Self { found: Vec::new(), most }
    }

    /// What was found.
    pub fn into_found(self) -> Vec<Broken> {
        self.found
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The fault that was found last.
    pub fn last(&self) -> Option<&ManifestError> {
        self.found.last().map(|broken| &broken.error)
    }

    /// Adds a fault at a place.
    ///
    /// # Errors
    /// The fault, where it is the last one that there is room for.
    pub fn add(&mut self, place: impl Into<String>, error: ManifestError) -> Result<(), ManifestError> {
        self.found.push(Broken { place: place.into(), error: error.clone() });
        if self.found.len() < self.most { Ok(()) } else { Err(error) }
    }

    /// Adds a fault unless a rule holds; says whether it does.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn ensure(
        &mut self,
        holds: bool,
        place: &str,
        error: impl FnOnce() -> ManifestError,
    ) -> Result<bool, ManifestError> {
        if !holds {
            self.add(place, error())?;
        }
        Ok(holds)
    }

    /// A list's length is within its bounds.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn count(
        &mut self,
        place: &str,
        found: usize,
        least: usize,
        most: usize,
    ) -> Result<bool, ManifestError> {
        let error = || ManifestError::Count { place: place.to_owned(), found, least, most };
        self.ensure((least..=most).contains(&found), place, error)
    }

    /// A number is within its bounds.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn number(&mut self, place: &str, found: u32, least: u32, most: u32) -> Result<bool, ManifestError> {
        let error = || ManifestError::Number {
            place: place.to_owned(),
            found: found.into(),
            least: least.into(),
            most: most.into(),
        };
        self.ensure((least..=most).contains(&found), place, error)
    }

    /// No two members of a list are the same under `key`.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn distinct<'a>(
        &mut self,
        place: &str,
        members: impl Iterator<Item = &'a str>,
        key: impl Fn(&str) -> String,
    ) -> Result<(), ManifestError> {
        let mut seen = std::collections::BTreeSet::new();
        for (index, member) in members.enumerate() {
            if !seen.insert(key(member)) {
                let place = format!("{place}[{index}]");
                self.add(place.clone(), ManifestError::Duplicate { place, what: member.to_owned() })?;
            }
        }
        Ok(())
    }

    /// A name that stands in every language alike.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn name(&mut self, place: &str, text: &str) -> Result<(), ManifestError> {
        self.texts(place, name_faults(text, SHORT_TEXT))
    }

    /// What is wrong with one text.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn texts(
        &mut self,
        place: &str,
        faults: impl IntoIterator<Item = TextFault>,
    ) -> Result<(), ManifestError> {
        for fault in faults {
            self.add(place, ManifestError::Text { place: place.to_owned(), fault })?;
        }
        Ok(())
    }
}
