//! What the officials do: found the election, and act by act propose, sign by two, post.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use plebiscite_election::entry::ElectionId;
use plebiscite_election::manifest::document::{
    Board, Document, Member, Officials, Privacy, Region, Registrars, Roll, Rule, Schedule, Text, Trustees,
    Witnesses,
};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;

use super::roles::{OFFICIALS, REGISTRARS, TRUSTEES};
use super::stage::Stage;
use super::vote::{Region as Counts, Vote};

const PROGRAM: &str = "plebiscite-admin";
const DAY: u64 = 86_400;

/// Drafts the manifest, signs it by two, and hands it to the server.
pub fn found(stage: &mut Stage, vote: &Vote) -> Result<(), String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // The hour before this one: so that the vote may be closed as soon as everyone has voted.
    let opens = Time::from_unix(now.saturating_sub(3_600)).map_err(|error| error.to_string())?;
    let document = document(stage, vote, opens)?;
    let (description, manifest) = (stage.path("description.json"), stage.path("manifest.json"));
    let json = serde_json::to_vec(&document).map_err(|error| error.to_string())?;
    std::fs::write(&description, json).map_err(|error| error.to_string())?;
    let first = "official-1";
    let said = stage.run(PROGRAM, first, &["draft", &text(&description), "--out", &text(&manifest)])?;
    said.lines()
        .filter(|line| line.starts_with("advice") || line.starts_with("fingerprint"))
        .for_each(|line| stage.say(line));
    let (proposal, bundle) = (stage.path("manifest.act"), stage.path("manifest.bundle"));
    stage.run(PROGRAM, first, &["manifest", &text(&manifest), "--propose", &text(&proposal)])?;
    for official in ["official-1", "official-2"] {
        stage.run(PROGRAM, official, &["sign", &text(&proposal), "--yes"])?;
    }
    stage.run(PROGRAM, first, &["post", &text(&proposal), "--bundle", &text(&bundle)])?;
    stage.start_server()?;
    let board = text(&stage.board());
    let id = stage.run("plebiscite-server", "board", &["--data", &board, "add-election", &text(&bundle)])?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(id.trim_end(), &mut bytes).map_err(|_| format!("the server answered {id}"))?;
    stage.found(ElectionId(bytes));
    stage.say(&format!("election {} stands on the board", id.trim_end()));
    Ok(())
}

/// One act: proposed from a verified record, signed by two officials, each after verifying it again, posted.
pub fn act(stage: &Stage, arguments: &[&str]) -> Result<(), String> {
    let file = propose(stage, arguments)?;
    sign_and_post(stage, &file)
}

/// Proposes an act; others may have to sign it too.
pub fn propose(stage: &Stage, arguments: &[&str]) -> Result<String, String> {
    let kind = arguments.first().copied().unwrap_or_default();
    let file = text(&stage.path(&format!("{kind}.act")));
    let (record, id) = (stage.record(), stage.election()?.to_string());
    let mut all = arguments.to_vec();
    all.extend(["--record", &record, "--election", &id, "--propose", &file]);
    stage.run(PROGRAM, "official-1", &all)?;
    Ok(file)
}

/// Signs by two officials, and posts.
pub fn sign_and_post(stage: &Stage, file: &str) -> Result<(), String> {
    let record = stage.record();
    for official in ["official-1", "official-2"] {
        stage.run(PROGRAM, official, &["sign", file, "--record", &record, "--yes"])?;
    }
    let said = stage.run(PROGRAM, "official-1", &["post", file, "--record", &record])?;
    stage.say(said.trim_end());
    Ok(())
}

/// Computes the result and posts it.
pub fn result(stage: &Stage) -> Result<(), String> {
    let (record, id) = (stage.record(), stage.election()?.to_string());
    let said = stage.run(PROGRAM, "official-1", &["result", "--record", &record, "--election", &id])?;
    stage.say(said.trim_end());
    Ok(())
}

/// A text's English words, or its first.
pub fn in_english(text: &Text) -> String {
    text.0.get("en").or_else(|| text.0.values().next()).cloned().unwrap_or_default()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn members(stage: &Stage, role: &str, count: u16) -> Result<Vec<Member>, String> {
    let member = |number| {
        let name = format!("{role}-{number}");
        let hex = std::fs::read_to_string(stage.path(&format!("{name}.key")))
            .map_err(|error| format!("{name}: {error}"))?;
        Ok(Member { name: format!("{role} {number}"), key: public_key(&hex)? })
    };
    (1..=count).map(member).collect()
}

fn public_key(hex: &str) -> Result<PublicKey, String> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex.trim_end(), &mut bytes)
        .map_err(|_| "a role's program printed no key".to_owned())?;
    Ok(PublicKey(bytes))
}

fn document(stage: &Stage, vote: &Vote, opens: Time) -> Result<Document, String> {
    let later = |seconds: u64| Time::from_unix(opens.unix() + seconds).map_err(|error| error.to_string());
    let board = std::fs::read_to_string(stage.path("board.key")).map_err(|error| error.to_string())?;
    let eligible = vote.sum(|region| region.eligible);
    let (minimum_cell, minimum_eligible, small_numbers_sentence) = vote.cells.clone();
    Ok(Document {
        protocol: "plebiscite/v1".to_owned(),
        test: false,
        binding: true,
        languages: vote.languages.iter().map(|language| (*language).to_owned()).collect(),
        title: vote.title.clone(),
        contests: vec![vote.contest.clone()],
        regions: vote.regions.iter().map(region).collect::<Result<_, _>>()?,
        privacy: Privacy { minimum_cell, minimum_eligible, small_numbers_sentence, small_poll: None },
        tie_breaks: Vec::new(),
        rules: if vote.contest.is_yes_no() {
            vec![Rule { contest: vote.contest.id().to_owned(), conditions: vote.conditions.clone() }]
        } else {
            Vec::new()
        },
        officials: Officials { quorum: 2, keys: members(stage, "official", OFFICIALS)? },
        trustees: Trustees {
            threshold: 3,
            members: members(stage, "trustee", TRUSTEES)?,
            one_trustee_can_block: None,
            minority_can_read: None,
        },
        registrars: Registrars {
            members: members(stage, "registrar", REGISTRARS)?,
            one_registrar_can_vote: None,
        },
        roll: Roll { maximum: u32::try_from(eligible).map_err(|error| error.to_string())? },
        board: Board { key: public_key(&board)? },
        witnesses: Witnesses { faulty: 0, quorum: 0, keys: Vec::new() },
        schedule: Schedule {
            opens,
            closes: later(2 * DAY)?,
            latest_close: later(3 * DAY)?,
            earliest_early_close: Some(later(60)?),
            grace_seconds: 300,
        },
        shares_destroyed_after_days: 90,
    })
}

fn region(counts: &Counts) -> Result<Region, String> {
    Ok(Region {
        id: counts.code.clone(),
        name: counts.name.clone(),
        sibling: None,
        always_opened: true,
        voter_weight: 1,
        region_votes: Fraction::parse(&counts.votes).map_err(|error| error.to_string())?,
    })
}
