//! Who takes part: officials, trustees, registrars, witnesses, each with its key, and how many of them are needed.

use plebiscite_election::manifest::document::{Member, Officials, Registrars, Text, Trustees, Witnesses};
use plebiscite_election::manifest::text::LONG_TEXT;

use super::{Ask, Asked, Asker, reading};
use crate::draft;
use crate::members::witness;
use crate::phrases::{Phrase, phrase};

/// The answer that ends a list.
const DONE: &str = "done";
/// Most officials, and most witnesses (§12.9, §12.10).
const MAX_MEMBERS: usize = 64;
/// Most trustees (§12.7).
const MAX_TRUSTEES: usize = 32;
/// Trustees and threshold of a binding vote (§12.7).
const BINDING_TRUSTEES: usize = 5;
const BINDING_THRESHOLD: usize = 3;

pub(super) fn officials(asker: &mut Asker<'_>, all: &mut Vec<Member>) -> Asked<Officials> {
    let help = "Officials sign every act: open, extend, close, seal, certify. Each makes a key by plebiscite-admin init.";
    let keys = members(asker, ("officials", "Official"), help, (1, MAX_MEMBERS), all)?;
    let (least, most) = (u16::try_from(keys.len() / 2).unwrap_or(u16::MAX).saturating_add(1), count(&keys));
    let ask = Ask::new("officials.quorum", format!("How many of the {most} officials sign an act?"))
        .help("More than half. Fewer than all, so that one lost key stops nothing.")
        .or(least.to_string());
    let quorum = asker.ask(ask, |text| reading::number(text, least, most))?;
    Ok(Officials { quorum, keys })
}

pub(super) fn trustees(
    asker: &mut Asker<'_>,
    languages: &[String],
    binding: bool,
    all: &mut Vec<Member>,
) -> Asked<Trustees> {
    let help = "Trustees hold shares of the key and open only sums. Each makes a key by plebiscite-trustee init, on a machine of its own.";
    let fewest = if binding { BINDING_TRUSTEES } else { 1 };
    let members = members(asker, ("trustees", "Trustee"), help, (fewest, MAX_TRUSTEES), all)?;
    let most = count(&members);
    let least = if binding { BINDING_THRESHOLD } else { 1 };
    let least = u16::try_from(least).unwrap_or(u16::MAX);
    let ask = Ask::new("trustees.threshold", format!("How many of the {most} trustees decrypt the sums?"))
        .help("So many together could also read single votes; if more than the others are lost, so is the result.")
        .or(draft::majority(members.len()).max(least).to_string());
    let threshold = asker.ask(ask, |text| reading::number(text, least, most))?;
    let confirm = members.len().saturating_add(usize::from(threshold)).div_ceil(2);
    let lost = members.len().saturating_sub(usize::from(threshold));
    let before = members.len().saturating_sub(confirm);
    asker.say(format!(
        "{threshold} of {most} decrypt, {confirm} confirm what is counted: there is a result if at most {before} of them are lost before that, and at most {lost} after it"
    ));
    let (t, n) = (usize::from(threshold), members.len());
    let one_trustee_can_block = sentence(
        asker,
        languages,
        ("trustees.block", "What voters are told: any one trustee can block the result"),
        Phrase::TrusteeBlocks,
        t.saturating_add(2) > n,
    )?;
    let minority_can_read = sentence(
        asker,
        languages,
        ("trustees.read", "What voters are told: a minority of the trustees can read single votes"),
        Phrase::MinorityReads,
        t.saturating_mul(2) <= n,
    )?;
    Ok(Trustees { threshold, members, one_trustee_can_block, minority_can_read })
}

pub(super) fn registrars(
    asker: &mut Asker<'_>,
    languages: &[String],
    binding: bool,
    all: &mut Vec<Member>,
) -> Asked<Registrars> {
    let help = "Registrars make the voters' codes. With two, neither alone can vote for anyone. Each makes a key by plebiscite-registrar init.";
    let members = members(asker, ("registrars", "Registrar"), help, (1, 2), all)?;
    let one_registrar_can_vote = sentence(
        asker,
        languages,
        ("registrars.vote", "What voters are told: the one registrar could vote for people who abstain"),
        Phrase::RegistrarVotes,
        binding && members.len() == 1,
    )?;
    Ok(Registrars { members, one_registrar_can_vote })
}

pub(super) fn witnesses(asker: &mut Asker<'_>, others: &[Member]) -> Asked<Witnesses> {
    let mut keys: Vec<Member> = Vec::new();
    while keys.len() < MAX_MEMBERS {
        let number = keys.len().saturating_add(1);
        let prompt =
            format!("Witness {number}: the verifier key that plebiscite-witness new-key printed, or done");
        let ask = Ask::new(format!("witnesses.{}", keys.len()), prompt)
            .help("Witnesses, run by others, cosign what only grows. Without them receipts and times rest on the operator.")
            .or(DONE);
        let found = asker.ask(ask, |text| match text {
            DONE => Ok(None),
            other => {
                let all: Vec<Member> = others.iter().chain(&keys).cloned().collect();
                reading::free(witness(other)?, &keys, &all).map(Some)
            }
        })?;
        match found {
            Some(member) => keys.push(member),
            None => break,
        }
    }
    let most = count(&keys);
    let usual = draft::witnesses(keys);
    if most == 0 {
        return Ok(usual);
    }
    let ask = Ask::new("witnesses.faulty", format!("How many of the {most} witnesses may be faulty?"))
        .or(usual.faulty.to_string());
    let faulty = asker.ask(ask, |text| reading::number(text, 0, most.saturating_sub(1)))?;
    let better = most.saturating_add(faulty) / 2 + 1;
    let ask = Ask::new("witnesses.quorum", "How many must cosign before a receipt or result is final?")
        .help("With more than half of all and the faulty together, no two different books can both be cosigned.")
        .or(better.min(most).to_string());
    let quorum = asker.ask(ask, |text| reading::number(text, faulty.saturating_add(1), most))?;
    Ok(Witnesses { faulty, quorum, ..usual })
}

/// Names and keys of a role, until `done`.
fn members(
    asker: &mut Asker<'_>,
    (key, role): (&str, &str),
    help: &'static str,
    (least, most): (usize, usize),
    all: &mut Vec<Member>,
) -> Asked<Vec<Member>> {
    let mut found: Vec<Member> = Vec::new();
    while found.len() < most {
        let number = found.len().saturating_add(1);
        let enough = found.len() >= least;
        let end = if enough { ", or done" } else { "" };
        let prompt = format!("{role} {number}: name and key, like Anna 3f…e1{end}");
        let ask = Ask::new(format!("{key}.{}", found.len()), prompt).help(help);
        let ask = ask.perhaps(enough.then(|| DONE.to_owned()));
        let member = asker.ask(ask, |text| match text {
            DONE if enough => Ok(None),
            DONE => Err(format!("at least {least} are needed; name another")),
            other => reading::member(other, &found, all).map(Some),
        })?;
        match member {
            Some(member) => {
                found.push(member.clone());
                all.push(member);
            }
            None => break,
        }
    }
    Ok(found)
}

/// A sentence that voters are owed, where they are.
pub(super) fn sentence(
    asker: &mut Asker<'_>,
    languages: &[String],
    asked: (&str, &str),
    of: Phrase,
    needed: bool,
) -> Asked<Option<Text>> {
    if !needed {
        return Ok(None);
    }
    let known = |language: &str| phrase(language, of).map(str::to_owned);
    asker.texts(languages, asked, LONG_TEXT, known, &[]).map(Some)
}

fn count(members: &[Member]) -> u16 {
    u16::try_from(members.len()).unwrap_or(u16::MAX)
}
