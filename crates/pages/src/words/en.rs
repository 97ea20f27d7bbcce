//! English.

use plebiscite_election::manifest::document::{Base, Condition};
use plebiscite_election::record::Phase;
use plebiscite_election::rule::condition::ConditionVerdict;

use super::{Decisions, Entries, Labels, Links, Missing, Observers, Verify, Words};
use crate::figures::{fraction, is_half, month, number};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub const WORDS: Words = Words {
    own_name: "English",
    skip: "To the content",
    pages: "Pages of this vote",
    language: "Language",
    start: "Start",
    result: "Result",
    book: "Public book",
    trust_nobody: "You need not believe this page: anyone can count the whole book again.",
    test: "This is a rehearsal. Its result binds no one.",
    elections: "Votes held here",
    no_elections: "No vote is held here yet.",
    decimal: '.',
    moment: |year, of_year, day, clock| format!("{day} {} {year}, {clock} UTC", month(MONTHS, of_year)),
    phase,
    next,
    labels: Labels {
        opens: "Voting opens",
        closes: "Voting closes",
        closed: "Voting closed",
        fingerprint: "Number of this vote",
        fingerprint_hint: "Compare it with the one on your letter.",
        eligible: "Eligible",
        voted: "Voted",
        turnout: "Turnout",
        region: "Region",
        answer: "Answer",
        votes: "Votes",
        share: "Share of those who took part",
        rounded: "Rounded so that the shares add up to 100 %.",
        as_table: "Save the numbers as a table (CSV)",
        total: "Points",
        average: "Average per ballot",
        region_votes: "Region votes",
        by_region: "By region",
        counted_together: "Regions with few ballots are counted together.",
        whole_vote: "The whole vote",
        not_opened: "not opened: too few ballots",
        turnout_only: "While voting goes on only the turnout is known. Nobody can see partial results.",
        question: "The question",
        turnout_count: |voted, eligible| format!("{} of {} have voted", number(voted), number(eligible)),
    },
    links: Links {
        vote: "Vote",
        vote_hint: "You need the code from your letter.",
        practise: "Ballot paper, and practise",
        practise_hint: "You can try it out before voting opens. Nothing is sent.",
        check: "Check my vote",
        check_hint: "With your roll number, from any device.",
        count_again: "Count it again in this browser",
        count_again_hint: "Your browser reads the whole book and checks every ballot and the result by itself.",
    },
    decisions: Decisions {
        adopted: "Adopted",
        not_adopted: "Not adopted",
        not_valid: "Not adopted: the vote is not valid",
        undecided: "Undecided",
        why: "What the rule asks",
        holds: "met",
        fails: "not met",
        open: "undecided",
        no_data: "no data here",
        elected: "Elected",
        tied: |places| match places {
            1 => "A tie for the last place".to_owned(),
            places => format!("A tie for the last {places} places"),
        },
        tie: "A tie",
        rating: "A rating: no winner is named",
        pairs: "How many ballots put the option of the row before that of the column",
        bold_wins: "Bold: more than the other way round.",
        by_schulze: "Unbeaten by Schulze’s method",
        by_ranked_pairs: "Unbeaten by ranked pairs",
        this_decides: "this method decides",
        skipped_by_order: |preferred, other| {
            format!(
                "By ranked pairs “{preferred} before {other}” was left out only because of the order of the options: other pairs are as strong."
            )
        },
        if_both: "If both proposals are adopted",
        not_needed: "Not needed: the two are not both adopted",
        in_force: "Enters into force",
    },
    condition,
    entries: Entries {
        heading: "The public book",
        about: "Everything that happens in this vote stands here, in order. Nothing can be taken out or changed later \
                without everyone being able to see it.",
        number: "No.",
        what: "What it is",
        newer: "Newer entries",
        older: "Older entries",
        first: "First entries",
        none: "Nothing stands here.",
        count: |count| match count {
            1 => "1 entry".to_owned(),
            count => format!("{} entries", number(count)),
        },
        from_zero: "They are numbered from 0.",
        manifest: "The manifest: question, rule, people and times, signed by the officials",
        ceremony: |round, trustee| {
            format!("Making of the keys, step {}: message of trustee {trustee}", round + 1)
        },
        roll_list: |registrar| format!("List of public credentials from registrar {}", registrar + 1),
        decryptions: |trustee| format!("Trustee {trustee} decrypts the sums"),
        part: |part, of| format!("{of} (part {})", part + 1),
        attempt_ended: "Officials ended an attempt to make the keys",
        attempt_begins: "Officials began another attempt to make the keys",
        roll_commitment: |registrar| format!("Registrar {} committed to its list", registrar + 1),
        roll_attempt_ended: "Officials ended an attempt to make the roll",
        roll_seal: |count| match count {
            1 => "The roll is sealed: 1 voter".to_owned(),
            count => format!("The roll is sealed: {} voters", number(count)),
        },
        open: "Officials opened the vote",
        ballot: |roll, sequence, code| match sequence {
            1 => format!("Ballot under roll number {roll}, control code {code}"),
            again => format!("Ballot under roll number {roll}, vote no. {again}, control code {code}"),
        },
        replacement: "A letter was replaced",
        extension: |time| format!("Officials extended voting to {time}"),
        scheduled_close: |time| format!("Voting closed as scheduled ({time})"),
        official_close: |time| format!("Officials closed voting ({time})"),
        cancel: "Officials cancelled the vote",
        seal: "Officials sealed what is counted",
        seal_confirmation: |trustee| format!("Trustee {trustee} confirmed the seal"),
        counted: "The result",
        certification: "Officials certified the result",
        successor: "A key was replaced by its successor",
        statement: "Statement of the officials",
        reason: "Reason",
        cancelled_by: "Cancelled by the officials",
        entry: "Entry in the public book",
    },
    observers: Observers {
        is_final: |by, named| format!("Final: confirmed by {by} of {named} observers."),
        result_soon: "The result is in the public book; observers confirm soon.",
        book: |by, named| format!("This book is confirmed by {by} of {named} observers."),
        book_up_to: |entry, by, named| {
            format!(
                "The book is confirmed up to entry {} by {by} of {named} observers. Observers confirm the rest soon.",
                number(entry)
            )
        },
        book_soon: "Observers confirm this book soon.",
        closed_too_early: |by, named, time| {
            format!(
                "Closed too early: {by} of {named} observers saw voting closed before {time}, the closing time that stands in \
                 the book. Whoever came in between was turned away."
            )
        },
    },
    verify: Verify {
        heading: "Check it yourself",
        about: "With a program that you can build yourself, on any machine:",
        root: "Root of the book",
        entries: "Entries",
    },
    missing: Missing {
        not_found: "This page is not here",
        not_found_about: "Perhaps the address was cut off. Look at your letter again, or begin at the list of votes.",
        no_scripts: "This server does not serve this page",
        no_scripts_about: "It was started without the pages that run in the browser. The book and the result are here.",
        mirror: "This is a mirror: it takes no votes",
        mirror_about: "It holds a copy of the public book that anyone can check. To vote, use the address in your letter.",
        compared: "Compared with its source:",
        failed: "This page cannot be shown now",
        failed_about: "Please try again in a moment.",
    },
};

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded | Phase::Roll => {
            "Being prepared"
        }
        Phase::RollSealed => "Prepared, not open yet",
        Phase::Open => "Voting is open",
        Phase::Closed | Phase::Sealed | Phase::Confirmed => "Voting has closed; the count is going on",
        Phase::Result => "Counted",
        Phase::Certified => "Counted and certified",
        Phase::Cancelled => "Cancelled",
    }
}

const fn next(phase: Phase) -> &'static str {
    match phase {
        Phase::Empty | Phase::Manifest | Phase::Ceremony | Phase::CeremonyEnded => {
            "The trustees make the keys; then the roll is made."
        }
        Phase::Roll => "The registrars make the roll.",
        Phase::RollSealed => "The officials open the vote.",
        Phase::Open => {
            "Voting goes on until the closing time. Then the sealed votes are added up, and several trustees together open the sums and nothing else."
        }
        Phase::Closed => "The officials seal what is counted.",
        Phase::Sealed => "The trustees confirm what is counted.",
        Phase::Confirmed => "The trustees open the sums.",
        Phase::Result => "The officials certify the result.",
        Phase::Certified => "Anyone can count it again.",
        Phase::Cancelled => "There is no result and there will be none.",
    }
}

fn condition(verdict: &ConditionVerdict) -> String {
    let (reached, base) = (reached(verdict), fraction(verdict.base));
    let (needed, strict) = match verdict.condition {
        Condition::Turnout { of_eligible, strict, .. } => (of_eligible, strict),
        Condition::Majority { fraction, strict, .. } | Condition::Regions { fraction, strict, .. } => {
            (fraction, strict)
        }
    };
    let needs = if strict { "more than" } else { "at least" };
    let needed = if is_half(needed) {
        "half is needed".to_owned()
    } else {
        format!("{} are needed", fraction(needed))
    };
    match verdict.condition {
        Condition::Turnout { no_data: true, .. } => {
            format!("Turnout of the whole vote: {needs} {needed}")
        }
        Condition::Regions { no_data: true, .. } => format!("Regions in favour: {needs} {needed}"),
        Condition::Turnout { .. } => {
            format!("Turnout: {reached} of {base} eligible; {needs} {needed}")
        }
        Condition::Majority { of, .. } => {
            let of = match of {
                Base::Participants => "who took part",
                Base::Valid => "yes and no votes",
                Base::Eligible => "eligible",
            };
            format!("Yes: {reached} of {base} {of}; {needs} {needed}")
        }
        Condition::Regions { .. } => {
            format!("Regions in favour: {reached} of {base}; {needs} {needed}")
        }
    }
}

fn reached(verdict: &ConditionVerdict) -> String {
    match (fraction(verdict.reached_if_no), fraction(verdict.reached_if_yes)) {
        (low, high) if low == high => low,
        (low, high) => format!("{low} to {high}"),
    }
}
