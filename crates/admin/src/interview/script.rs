//! The questions in their order, from languages to times, and the document that the answers make.

use plebiscite_election::manifest::document::{
    Board, Document, Member, Privacy, Region, Roll, Schedule, Text,
};
use plebiscite_election::manifest::faults::find;
use plebiscite_election::manifest::text::SHORT_TEXT;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;

use super::{Ask, Asked, Asker, decisions, parties, reading};
use crate::draft;
use crate::members::key;
use crate::phrases::{Phrase, phrase};
use crate::shown;

/// No minimum lies below (§12.5).
const LEAST_MINIMUM: u32 = 3;
/// Below this voters are told.
const SMALL_MINIMUM: u32 = 10;
/// Most regions (§12.4).
const MAX_REGIONS: usize = 4_096;

pub(super) fn document(asker: &mut Asker<'_>) -> Asked<Document> {
    let ask =
        Ask::new("languages", "In which languages is voting, like en, ru, kk? The first is the usual one")
            .help("Every text is asked in each of them. Pages and letters have words in en, ru and kk.")
            .or("en");
    let languages = asker.ask(ask, reading::languages)?;
    let title =
        asker.texts(&languages, ("title", "What is voted on: the title"), SHORT_TEXT, |_| None, &[])?;
    let ask = Ask::new("test", "Is this a TEST, whose result binds no one? yes or no")
        .help("A rehearsal is held to its end before the real one; `rehearsal` makes the TEST from the real one.")
        .or("yes");
    let test = asker.ask(ask, reading::yes)?;
    let ask = Ask::new("binding", "Does the result bind anyone? yes or no")
        .help("A binding vote has at least 3 of 5 trustees, and two registrars or a sentence about the one.")
        .or("yes");
    let binding = asker.ask(ask, reading::yes)?;
    let roll = roll(asker)?;
    let (regions, weigh) = regions(asker, &languages)?;
    let decided = decisions::contests(asker, &languages, &regions, weigh, roll)?;
    let privacy = privacy(asker, &languages, &regions, roll)?;
    let mut all: Vec<Member> = Vec::new();
    let officials = parties::officials(asker, &mut all)?;
    let trustees = parties::trustees(asker, &languages, binding, &mut all)?;
    let registrars = parties::registrars(asker, &languages, binding, &mut all)?;
    let ask = Ask::new("board", "The board's key, which plebiscite-server new-board-key printed");
    let board = asker.ask(ask, |text| {
        let member = Member { name: "board".to_owned(), key: key(text)? };
        reading::free(member, &[], &all)
    })?;
    all.push(board.clone());
    let witnesses = parties::witnesses(asker, &all)?;
    let schedule = schedule(asker)?;
    let ask = Ask::new(
        "destroyed",
        "How many days after the result are the trustees' shares destroyed at the latest?",
    )
    .or("30");
    let shares_destroyed_after_days = asker.ask(ask, |text| reading::number(text, 1, 3_650))?;
    let document = Document {
        protocol: "plebiscite/v1".to_owned(),
        test,
        binding,
        languages,
        title,
        contests: decided.contests,
        regions,
        privacy,
        rules: decided.rules,
        tie_breaks: decided.tie_breaks,
        officials,
        trustees,
        registrars,
        roll: Roll { maximum: roll.maximum },
        board: Board { key: board.key },
        witnesses,
        schedule,
        shares_destroyed_after_days,
    };
    review(asker, document)
}

/// How large the roll is expected to be, and how large it may be.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) expected: u32,
    pub(super) maximum: u32,
}

fn roll(asker: &mut Asker<'_>) -> Asked<Size> {
    let ask = Ask::new("roll", "About how many voters will be on the roll?")
        .help("By this number the rule is explained, and minimums that fit are proposed. It is not written into the manifest.");
    let expected = asker.ask(ask, |text| reading::number(text, LEAST_MINIMUM, u32::MAX))?;
    let ask = Ask::new("roll.maximum", "How many voters may it have at most?")
        .help("A larger roll is refused. The number also bounds what can be counted: leave room, but not too much.")
        .or(draft::with_room(expected).to_string());
    let maximum = asker.ask(ask, |text| reading::number(text, expected, u32::MAX))?;
    Ok(Size { expected, maximum })
}

/// Everything once more, judged as the draft will be.
fn review(asker: &mut Asker<'_>, document: Document) -> Asked<Document> {
    let judged = draft::bytes(&document).map(|bytes| find(&bytes, 100));
    if let Some(manifest) = judged.as_ref().ok().and_then(|found| found.manifest.as_ref()) {
        asker.say("all is answered; this is what you have made:");
        shown::lines(manifest).into_iter().for_each(|line| asker.say(line));
        let dated = asker.now.map(|now| manifest.dated_warnings(now)).unwrap_or_default();
        let advice = manifest.warnings().into_iter().chain(dated);
        advice.for_each(|advice| asker.say(format!("advice: {advice}")));
    }
    let ask = Ask::new("review", "Write the description? yes, or < to go back").or("yes");
    asker.ask(ask, |text| {
        let found = judged.map_err(|error| error.to_string())?;
        if !reading::yes(text)? {
            return Err("go back by < to the answer that is to be changed".to_owned());
        }
        let faults =
            found.faults.iter().map(|fault| format!("{}: {}; {}", fault.place, fault.what, fault.remedy));
        let faults = faults.collect::<Vec<_>>().join("; ");
        if faults.is_empty() { Ok(()) } else { Err(format!("this is no manifest yet: {faults}")) }
    })?;
    Ok(document)
}

/// The regions, and whether a rule may ask for a majority of them.
fn regions(asker: &mut Asker<'_>, languages: &[String]) -> Asked<(Vec<Region>, bool)> {
    let ask = Ask::new("regions", "How many regions are there? 1 where results are not shown by region")
        .help(
            "Voters belong to one region each. Small regions are joined with others before they are counted.",
        )
        .or("1");
    let count = asker.ask(ask, |text| reading::number(text, 1, MAX_REGIONS))?;
    let region = |id: String, name: Text, always_opened: bool, region_votes: Fraction| Region {
        id,
        name,
        sibling: None,
        always_opened,
        voter_weight: 1,
        region_votes,
    };
    if count == 1 {
        let known = |language: &str| phrase(language, Phrase::AllVoters).map(str::to_owned);
        let name = asker.texts(
            languages,
            ("regions.0.name", "What are all voters called?"),
            SHORT_TEXT,
            known,
            &[],
        )?;
        return Ok((vec![region("all".to_owned(), name, false, Fraction::ONE)], false));
    }
    let ask = Ask::new("regions.majority", "Does a rule ask for a majority of the regions? yes or no")
        .help("Then every region's result is opened by itself, from three ballots on.")
        .or("no");
    let weigh = asker.ask(ask, reading::yes)?;
    let mut all: Vec<Region> = Vec::new();
    for index in 0..count {
        let place = format!("regions.{index}");
        let ids: Vec<String> = all.iter().map(|region| region.id.clone()).collect();
        let number = index.saturating_add(1);
        let ask = Ask::new(format!("{place}.id"), format!("Region {number}: its id, as in the voter file"))
            .or(format!("r{number}"));
        let id = asker.ask(ask, |text| reading::id(text, true, &ids))?;
        let names: Vec<Text> = all.iter().map(|region| region.name.clone()).collect();
        let names: Vec<&Text> = names.iter().collect();
        let prompt = format!("Region {id}: its name");
        let name =
            asker.texts(languages, (&format!("{place}.name"), &prompt), SHORT_TEXT, |_| None, &names)?;
        let votes = if weigh {
            let ask = Ask::new(
                format!("{place}.votes"),
                format!("Region {id}: how many region votes, like 1 or 1/2"),
            )
            .or("1");
            asker.ask(ask, |text| {
                Fraction::parse(text).map_err(|fault| format!("{fault}; write it like 1, 1/2 or 0"))
            })?
        } else {
            Fraction::ONE
        };
        all.push(region(id, name, weigh, votes));
    }
    if !weigh {
        siblings(asker, &mut all)?;
    }
    Ok((all, weigh))
}

/// Where a region's votes go if it is too small.
fn siblings(asker: &mut Asker<'_>, all: &mut [Region]) -> Asked<()> {
    let ids: Vec<String> = all.iter().map(|region| region.id.clone()).collect();
    for (index, region) in all.iter_mut().enumerate() {
        let prompt =
            format!("Region {}: the id of the region that it joins if it is too small, or none", region.id);
        let ask = Ask::new(format!("regions.{index}.sibling"), prompt)
            .help("Without one its votes get no result if it is too small.")
            .or("none");
        region.sibling = asker.ask(ask, |text| match text {
            "none" => Ok(None),
            other if ids.iter().any(|id| id == other) && other != region.id => Ok(Some(other.to_owned())),
            _ => Err(format!("write none, or another region: {}", ids.join(", "))),
        })?;
    }
    Ok(())
}

fn privacy(asker: &mut Asker<'_>, languages: &[String], regions: &[Region], roll: Size) -> Asked<Privacy> {
    let opened =
        u32::try_from(regions.iter().filter(|region| region.always_opened).count()).unwrap_or(u32::MAX);
    let most = roll.maximum.checked_div(opened.max(1)).unwrap_or(roll.maximum);
    let count = u32::try_from(regions.len()).unwrap_or(u32::MAX).max(1);
    let group = roll.expected.checked_div(count).unwrap_or(roll.expected);
    let usual = draft::fitting_minimum(group).min(most).max(LEAST_MINIMUM).to_string();
    let of = match count {
        1 => format!("of about {group} voters"),
        _ => format!("of about {group} voters, if all {count} regions are as large"),
    };
    let what = if count == 1 { "the count" } else { "a region's count" };
    let ask = Ask::new("privacy.cell", format!("From how many ballots on is {what} opened, {of}?"))
        .help(
            "With fewer ballots it is never opened, and there is no result. The fewer it takes, the more easily a count shows how somebody voted: if all in it vote alike, everybody sees how each voted. 30 are advised where the roll is large; 3 are the least.",
        )
        .or(usual.clone());
    let top = if opened > 0 { u32::MAX } else { roll.maximum };
    let minimum_cell = asker.ask(ask, |text| reading::number(text, LEAST_MINIMUM, top))?;
    if opened < count {
        asker.say(stay_away(group, minimum_cell, &of));
    }
    let ask = Ask::new("privacy.eligible", format!("And from how many voters on the roll on, {of}?"))
        .help("A smaller roll has no result, however many vote.")
        .or(usual);
    let minimum_eligible =
        asker.ask(ask, |text| reading::number(text, LEAST_MINIMUM, most.max(LEAST_MINIMUM)))?;
    if minimum_eligible > group {
        asker.say(format!("WARNING: {of} there is no result then, however many vote: name at most {group}"));
    }
    let told = minimum_cell.min(minimum_eligible) < SMALL_MINIMUM;
    let small_numbers_sentence = parties::sentence(
        asker,
        languages,
        ("privacy.sentence", "What voters are told: results of fewer than ten people are opened"),
        Phrase::SmallNumbers,
        told,
    )?;
    // From three on one group is opened in any case.
    let whole = if opened == 0 && (count > 1 || minimum_cell > LEAST_MINIMUM) {
        let ask =
            Ask::new("privacy.poll", format!("If fewer than {minimum_cell} vote altogether: are their ballots opened all the same, as one count from {LEAST_MINIMUM} on? yes or no"))
                .help("Otherwise a vote in which so few take part has no result.")
                .or("no");
        asker.ask(ask, reading::yes)?
    } else {
        false
    };
    let prompt = ("privacy.poll.sentence", "What voters are told about that");
    let small_poll = parties::sentence(asker, languages, prompt, Phrase::SmallPoll, whole)?;
    Ok(Privacy { minimum_cell, minimum_eligible, small_numbers_sentence, small_poll })
}

/// How many may stay away before a count is lost.
fn stay_away(group: u32, minimum: u32, of: &str) -> String {
    let warning = if minimum.saturating_mul(2) > group { "WARNING: " } else { "" };
    match group.checked_sub(minimum) {
        None => format!("WARNING: {of} there is no result then, however many vote: name at most {group}"),
        Some(0) => format!("{warning}{of} all have to vote, or there is no result"),
        Some(most) => format!("{warning}{of} at most {most} may stay away, or there is no result"),
    }
}

/// What is said of a time that has passed.
fn passed(asker: &mut Asker<'_>, time: Time) {
    if let Some(now) = asker.now.filter(|now| time < *now) {
        asker.say(format!("WARNING: that has passed: it is {now} (UTC) now; < goes back"));
    }
}

fn schedule(asker: &mut Asker<'_>) -> Asked<Schedule> {
    let ask = Ask::new("zone", "In which zone do you name times? Its distance from UTC, like +05:00")
        .help("The manifest holds times in UTC; they are shown as they are written there.")
        .or("UTC");
    let zone = asker.ask(ask, reading::zone)?;
    let ask = Ask::new("opens", "When does voting open, like 2027-05-30 08:00?");
    let opens = asker.ask(ask, |text| reading::time(text, zone))?;
    asker.say(format!("opens {opens} (UTC)"));
    passed(asker, opens);
    let ask = Ask::new("closes", "When does it close?");
    let closes =
        asker.ask(ask, |text| reading::later(reading::time(text, zone)?, opens, "the opening", false))?;
    asker.say(format!("closes {closes} (UTC)"));
    passed(asker, closes);
    let ask = Ask::new("latest", "Until when may it be extended at the latest? same: not at all")
        .help("If the server fails on the last day, officials can extend voting up to this time and no further.")
        .or("same");
    let latest_close = asker.ask(ask, |text| match text {
        "same" => Ok(closes),
        other => reading::later(reading::time(other, zone)?, closes, "the close", true),
    })?;
    asker.say(format!("extended to {latest_close} (UTC) at most"));
    let ask = Ask::new("early", "From when on may officials close it early? never: not at all")
        .help("Leave it at never unless the law allows an early close.")
        .or("never");
    let earliest_early_close = asker.ask(ask, |text| match text {
        "never" => Ok(None),
        other => early(reading::time(other, zone)?, opens, closes).map(Some),
    })?;
    let ask = Ask::new("grace", "After how many seconds is a close called late?").or("600");
    let grace_seconds = asker.ask(ask, |text| reading::number(text, 0, 86_400))?;
    Ok(Schedule { opens, closes, latest_close, earliest_early_close, grace_seconds })
}

fn early(time: Time, opens: Time, closes: Time) -> Result<Time, String> {
    if opens < time && time < closes {
        return Ok(time);
    }
    Err(format!(
        "{time} does not lie between the opening, {opens}, and the close, {closes}; write such a time or never"
    ))
}
