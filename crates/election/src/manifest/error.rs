//! Why a manifest is refused: one name for each rule of §12.

use super::key::KeyFault;
use super::strict::StrictFault;
use super::text::TextFault;
use crate::contest::compile::CompileError;

/// The rule that a manifest breaks, and where. Places are paths such as `contests[0].question.de`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// More than [`Manifest::MAX_LEN`](super::Manifest::MAX_LEN) bytes.
    #[error("the manifest has {len} bytes, more than 524,288")]
    TooLong {
        /// Its length.
        len: usize,
    },
    /// Not the JSON of a manifest.
    #[error(transparent)]
    Strict(#[from] StrictFault),
    /// Another protocol or version.
    #[error("the protocol is {found:?}, not \"plebiscite/v1\"")]
    Protocol {
        /// What it names.
        found: String,
    },
    /// A list is empty or too long.
    #[error("at {place}: there are {found}, not {least} to {most}")]
    Count {
        /// Which list.
        place: String,
        /// Its length.
        found: usize,
        /// The least length.
        least: usize,
        /// The greatest length.
        most: usize,
    },
    /// A number is outside its bounds.
    #[error("at {place}: {found} is not from {least} to {most}")]
    Number {
        /// Which number.
        place: String,
        /// The number.
        found: u64,
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
    },
    /// Not a language tag of the form allowed.
    #[error("at {place}: {tag:?} is not a language tag such as \"de\", \"kk-Cyrl\" or \"de-CH\"")]
    Language {
        /// Where.
        place: String,
        /// The tag.
        tag: String,
    },
    /// A text lacks a language of the manifest, or has another one.
    #[error(
        "at {place}: the texts are not in exactly the languages of the manifest{}",
        differing(missing, extra)
    )]
    Languages {
        /// Which text.
        place: String,
        /// Languages that it lacks.
        missing: Vec<String>,
        /// Languages that it has and the manifest has not.
        extra: Vec<String>,
    },
    /// A text or name that may not stand.
    #[error("at {place}: {fault}")]
    Text {
        /// Which text.
        place: String,
        /// What is wrong with it.
        fault: TextFault,
    },
    /// A witness's name that no signed note can carry.
    #[error("at {place}: the name of a witness is printable ASCII without spaces and plus signs")]
    WitnessName {
        /// Which witness.
        place: String,
    },
    /// Not an id.
    #[error("at {place}: {id:?} is not an id of 1 to 32 letters, digits, \"_\" and \"-\"")]
    Id {
        /// Where.
        place: String,
        /// The id.
        id: String,
    },
    /// Two members of one list have the same id, language or name.
    #[error("at {place}: {what:?} stands there already")]
    Duplicate {
        /// The second of the two.
        place: String,
        /// What they share.
        what: String,
    },
    /// Two labels or names of one list look alike in one language.
    #[error("at {place}: {text:?} looks like another one of this list")]
    Alike {
        /// The second of the two.
        place: String,
        /// What is to be read there.
        text: String,
    },
    /// As many places as options, or none.
    #[error("contest {contest:?} gives {places} places to {options} options")]
    Places {
        /// The contest's id.
        contest: String,
        /// Its places.
        places: u16,
        /// Its options.
        options: usize,
    },
    /// A question that does not compile.
    #[error("contest {contest:?}: {error}")]
    Compile {
        /// The contest's id.
        contest: String,
        /// Why.
        error: CompileError,
    },
    /// A ballot with all contests does not fit one entry.
    #[error("the contests of one ballot take {len} bytes, more than {limit}")]
    BallotTooLong {
        /// Their length.
        len: usize,
        /// The greatest length.
        limit: usize,
    },
    /// The longest result of this manifest does not fit one entry.
    #[error(
        "the result could take {len} bytes, more than {limit}: fewer regions, contests or conditions, or a smaller roll"
    )]
    ResultTooLong {
        /// The greatest length of the result's entry.
        len: usize,
        /// The greatest length of an entry.
        limit: usize,
    },
    /// The sibling is no region, or the region itself.
    #[error("region {region:?} has the sibling {sibling:?}, which is no other region")]
    SiblingUnknown {
        /// The region.
        region: String,
        /// What it names.
        sibling: String,
    },
    /// A region that is always opened has a sibling.
    #[error("region {region:?} is always opened and has a sibling")]
    SiblingOfOpened {
        /// The region.
        region: String,
    },
    /// A region's sibling is always opened.
    #[error("region {region:?} would join {sibling:?}, which is always opened")]
    SiblingOpened {
        /// The region.
        region: String,
        /// Its sibling.
        sibling: String,
    },
    /// A region's sibling has another voter weight.
    #[error("region {region:?} and its sibling {sibling:?} have different voter weights")]
    SiblingWeight {
        /// The region.
        region: String,
        /// Its sibling.
        sibling: String,
    },
    /// The region votes have no common denominator or sum below 2^64.
    #[error("the region votes cannot be added up exactly in 64 bits")]
    RegionVotes,
    /// A sentence that voters must be shown is missing.
    #[error("at {place}: voters must be told here that {because}")]
    SentenceMissing {
        /// The field.
        place: &'static str,
        /// Of what voters must be told.
        because: &'static str,
    },
    /// A sentence would tell voters what is not so.
    #[error("at {place}: the sentence stands without its cause; write null")]
    SentenceWithoutCause {
        /// The field.
        place: &'static str,
    },
    /// `small_poll` beside a region that is always opened.
    #[error("a small poll cannot be one cell: region {region:?} is always opened")]
    SmallPollOpened {
        /// The region.
        region: String,
    },
    /// `small_poll` beside different voter weights.
    #[error("a small poll cannot be one cell: region {region:?} has another voter weight")]
    SmallPollWeight {
        /// The first region whose weight differs from that of the first.
        region: String,
    },
    /// No roll could have what the privacy rule demands.
    #[error("the cells that are to be opened need {needed} credentials, more than the roll of {maximum}")]
    RollTooSmall {
        /// Credentials needed.
        needed: u64,
        /// The greatest roll.
        maximum: u32,
    },
    /// Not exactly one rule for each yes/no contest, in their order.
    #[error("at rules: the rules are not those of {expected:?}, one for each yes/no contest, in this order")]
    Rules {
        /// The ids of all yes/no contests.
        expected: Vec<String>,
    },
    /// A tie-break that names a contest which is missing, of another kind, or in a tie-break already.
    #[error("at {place}: contest {contest:?} is missing, of another kind, or in a tie-break already")]
    TieBreak {
        /// Which field.
        place: String,
        /// The id that it names.
        contest: String,
    },
    /// A fraction that is zero or more than one.
    #[error("at {place}: the fraction is zero or more than one")]
    FractionRange {
        /// Where.
        place: String,
    },
    /// A condition that nothing can meet: more than the whole.
    #[error("at {place}: more than the whole is demanded, which nothing can meet")]
    Unreachable {
        /// Where.
        place: String,
    },
    /// No condition asks for a majority of votes.
    #[error("at {place}: no condition asks for a majority of votes")]
    NoMajority {
        /// Which rule.
        place: String,
    },
    /// A condition stands twice in one rule.
    #[error("at {place}: the condition stands there already")]
    ConditionTwice {
        /// The second of the two.
        place: String,
    },
    /// A majority of regions over a region that is not always opened.
    #[error("at {place}: a majority of regions needs the result of {region:?}, which is not always opened")]
    RegionNotOpened {
        /// The condition.
        place: String,
        /// The first such region.
        region: String,
    },
    /// A majority of regions where no region has a vote.
    #[error("at {place}: no region has a vote in the majority of regions")]
    NoRegionVotes {
        /// The condition.
        place: String,
    },
    /// `u` is not more than half of the officials, or more than all.
    #[error("a quorum of {quorum} officials of {members}: it must be more than half, and not more than all")]
    Quorum {
        /// `u`.
        quorum: u16,
        /// `m`.
        members: usize,
    },
    /// `t` is not from 1 to `n`.
    #[error("a threshold of {threshold} trustees of {members}")]
    Threshold {
        /// `t`.
        threshold: u16,
        /// `n`.
        members: usize,
    },
    /// A binding vote with fewer than 3 of 5 trustees.
    #[error("a binding vote needs trustees of 3 of 5 or larger, not {threshold} of {members}")]
    BindingTrustees {
        /// `t`.
        threshold: u16,
        /// `n`.
        members: usize,
    },
    /// The numbers of the witness policy do not fit each other.
    #[error(
        "a witness policy of {quorum} of {members} witnesses, {faulty} of them faulty: more than the faulty must cosign, and no more than there are"
    )]
    WitnessPolicy {
        /// Cosignatures needed.
        quorum: u16,
        /// All witnesses.
        members: usize,
        /// `f`.
        faulty: u16,
    },
    /// A key that is none.
    #[error("at {place}: the key is {fault}")]
    Key {
        /// Whose.
        place: String,
        /// Why.
        fault: KeyFault,
    },
    /// Two roles have one key.
    #[error("at {place}: the key is that of {other} already")]
    KeyTwice {
        /// The second.
        place: String,
        /// The first.
        other: String,
    },
    /// Times in an impossible order.
    #[error("at schedule.{later}: {later} does not come after {earlier}; one of these two times is wrong")]
    ScheduleOrder {
        /// The field that must be earlier.
        earlier: &'static str,
        /// The field that must be later.
        later: &'static str,
    },
}

impl ManifestError {
    /// How to put it right, in words for whoever drafts a manifest.
    #[must_use]
    pub fn remedy(&self) -> String {
        super::remedy::remedy(self)
    }
}

/// ` (missing: ru; not among them: fr)`.
fn differing(missing: &[String], extra: &[String]) -> String {
    let part =
        |what: &str, tags: &[String]| (!tags.is_empty()).then(|| format!("{what} {}", tags.join(", ")));
    let parts = [part("missing:", missing), part("not among them:", extra)].into_iter().flatten();
    let parts = parts.collect::<Vec<_>>().join("; ");
    if parts.is_empty() { parts } else { format!(" ({parts})") }
}
