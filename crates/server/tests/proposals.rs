//! Officials' signatures collected through the server: shown to all, kept over a start, bounded, gone once the act stands or
//! can no longer stand. Every refusal beside its accepted twin.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod common;

use common::{Answer, Server, config, data_folder};
use plebiscite_election::entry::{
    Act, Body, Cancel, Entry, Extension, OfficialStatement, Role, StatementKind,
};
use plebiscite_election::proposal::Proposal;
use plebiscite_server::config::Config;
use plebiscite_server::{export, proposals};
use plebiscite_support::{Election, Shape, key_of};
use serde_json::Value;

/// An act on the log as it is, with the signatures of these officials.
fn act<B: Body>(election: &Election, body: B, officials: &[u16]) -> Vec<u8> {
    let mut act = Act::unsigned(election.id(), election.seen(), body);
    let unsigned = act.unsigned_bytes();
    for number in officials {
        let key = &election.officials[usize::from(*number)];
        act.officials.insert(*number, plebiscite_election::entry::sign(Role::Official, key, &unsigned));
    }
    act.encode()
}

fn cancel(election: &Election, officials: &[u16]) -> Vec<u8> {
    act(election, Cancel { reason: "the law was repealed".to_owned() }, officials)
}

struct Asked<'s>(&'s Server, String);

impl Asked<'_> {
    fn offer(&self, entry: &[u8]) -> Answer {
        self.0.post(&format!("/api/v1/e/{}/proposals", self.1), entry)
    }

    fn listed(&self) -> Vec<Value> {
        let answer = self.0.get(&format!("/api/v1/e/{}/proposals", self.1));
        assert_eq!(answer.status, 200);
        answer.json()["proposals"].as_array().unwrap().clone()
    }
}

#[test]
fn signatures_come_together_over_a_start_and_the_act_leaves_the_list_once_it_stands() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let extension = Extension {
        old: election.record.closing_time().unwrap(),
        new: election.record.closing_time().unwrap() + 3_600,
        reason: "long queues".to_owned(),
    };
    let asked = Asked(&server, prefix.clone());
    let answer = asked.offer(&act(&election, extension.clone(), &[2]));
    assert_eq!((answer.status, &answer.json()["complete"]), (200, &Value::Bool(false)));
    // The same again is no second one.
    assert_eq!(asked.offer(&act(&election, extension.clone(), &[2])).json(), answer.json());
    assert_eq!(asked.listed().len(), 1);
    server.stop();

    let server = Server::start(data.path());
    let asked = Asked(&server, prefix.clone());
    assert_eq!(asked.listed()[0]["officials"], serde_json::json!([2]));
    // A ballot in between is no act: what was proposed may still stand.
    let ballot =
        Election::ballot_entry(&election.cast(0, &[plebiscite_election::contest::Choice::Option(0)]));
    let proposed = hex::decode(asked.listed()[0]["entry"].as_str().unwrap()).unwrap();
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let mut second = Proposal::of(Entry::decode(&proposed).unwrap()).unwrap();
    second.sign((Role::Official, 0), &election.officials[0], 2).unwrap();
    let answer = asked.offer(&second.entries()[0]).json();
    assert_eq!((&answer["officials"], &answer["complete"]), (&serde_json::json!([0, 2]), &Value::Bool(true)));
    let collected = hex::decode(answer["entry"].as_str().unwrap()).unwrap();
    // A signature too many stays out, so that the entry is the same for whoever posts it.
    second.sign((Role::Official, 1), &election.officials[1], 3).unwrap();
    asked.offer(&second.entries()[0]).is(403, "entry-signatures");
    server.enter(&prefix, std::slice::from_ref(&collected));
    election.append(&collected).unwrap();
    assert!(asked.listed().is_empty());
    // And it does not come back: the act stands, and so is withdrawn as a proposal.
    asked.offer(&collected).is(409, "entry-once");
    server.stop();
    let server = Server::start(data.path());
    assert!(Asked(&server, prefix).listed().is_empty());
    server.stop();
}

#[test]
fn what_is_not_an_officials_act_of_this_election_at_this_time_does_not_enter() {
    let data = data_folder();
    let server = Server::start(data.path());
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let asked = Asked(&server, prefix.clone());
    let good = cancel(&election, &[1]);
    let mut other = Election::new(Shape { title: "Another vote".to_owned(), ..Shape::default() });
    other.set_up();
    asked.offer(&cancel(&other, &[1])).is(422, "entry-election");
    asked.offer(&cancel(&election, &[])).is(403, "proposal-unsigned");
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    asked.offer(&forged).is(403, "entry-signatures");
    let mut stranger = Act::unsigned(election.id(), election.seen(), Cancel { reason: String::new() });
    let unsigned = stranger.unsigned_bytes();
    let key = key_of("stranger", 0);
    stranger.officials.insert(1, plebiscite_election::entry::sign(Role::Official, &key, &unsigned));
    asked.offer(&stranger.encode()).is(403, "entry-signatures");
    stranger.officials.0.clear();
    stranger.officials.insert(3, plebiscite_election::entry::sign(Role::Official, &key, &unsigned));
    asked.offer(&stranger.encode()).is(403, "entry-signatures");
    for malformed in [good[..good.len() - 1].to_vec(), b"{}".to_vec(), election.manifest_entries()[0].clone()]
    {
        asked.offer(&malformed).is(422, "proposal-encoding");
    }
    asked.offer(&vec![0; 70_000]).is(413, "too-large");
    // A true signature under what the record does not say.
    let late = Extension { old: 1, new: 2, reason: String::new() };
    asked.offer(&act(&election, late, &[1])).is(422, "proposal-body");
    // On a log that this is not.
    let mut seen = election.seen();
    seen.root[0] ^= 1;
    let mut fork = Act::unsigned(election.id(), seen, Cancel { reason: String::new() });
    let unsigned = fork.unsigned_bytes();
    fork.officials
        .insert(1, plebiscite_election::entry::sign(Role::Official, &election.officials[1], &unsigned));
    asked.offer(&fork.encode()).is(422, "entry-seen");
    // Not in this phase.
    let early = plebiscite_election::entry::Certification { result_digest: [1; 32] };
    asked.offer(&act(&election, early, &[1])).is(409, "entry-order");
    assert!(asked.listed().is_empty());
    assert_eq!(asked.offer(&good).status, 200);
    assert_eq!(asked.listed().len(), 1);
    // Any later act of the officials withdraws it.
    let close = election.entries.len();
    election.close();
    server.enter(&prefix, &election.entries[close..]);
    assert!(asked.listed().is_empty());
    asked.offer(&good).is(409, "entry-once");
    assert_eq!(asked.offer(&cancel(&election, &[1])).status, 200);
    let end = election.act(Cancel { reason: "the law was repealed".to_owned() });
    server.enter(&prefix, std::slice::from_ref(&end));
    assert!(asked.listed().is_empty());
    server.get("/api/v1/e/0000000000000000/proposals").is(404, "unknown-election");
    server.stop();
}

#[test]
fn one_official_fills_its_own_room_and_posts_are_counted_by_address() {
    let data = data_folder();
    let mut settings: Config = config(data.path());
    settings.limits.acts_per_second_per_address = 20;
    let server = Server::start_with(settings).unwrap();
    let mut election = Election::opened(Shape::default());
    let prefix = server.hold(&election);
    let asked = Asked(&server, prefix);
    let statement = |election: &Election, number: usize, official: u16| {
        let body = OfficialStatement { kind: StatementKind::Mirrors, text: format!("mirror {number}") };
        act(election, body, &[official])
    };
    // The rate comes back at twenty a second.
    let offer = |entry: Vec<u8>| loop {
        let answer = asked.offer(&entry);
        if answer.status != 429 {
            return answer;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    for number in 0..proposals::PER_OFFICIAL {
        assert_eq!(offer(statement(&election, number, 0)).status, 200);
    }
    offer(statement(&election, 99, 0)).is(409, "proposals-full");
    assert_eq!(offer(statement(&election, 99, 1)).status, 200);
    let answers: Vec<Answer> = (0..60).map(|_| asked.offer(b"noise")).collect();
    let turned_away = answers.iter().find(|answer| answer.status == 429).expect("one of sixty is too many");
    turned_away.is(429, "too-many-requests");
    election.cast(0, &[plebiscite_election::contest::Choice::Option(0)]);
    server.stop();
}

#[test]
fn an_export_from_under_a_running_server_says_so_and_after_its_end_it_is_written() {
    let data = data_folder();
    let server = Server::start(data.path());
    let prefix = server.hold(&Election::opened(Shape::default()));
    let out = tempfile::tempdir().unwrap();
    let said = export::export(&config(data.path()), &prefix, out.path()).unwrap_err().to_string();
    assert!(said.contains("a server is running on") && said.contains("plebiscite-mirror pull"), "{said}");
    server.stop();
    assert!(export::export(&config(data.path()), &prefix, out.path()).unwrap() > 0);
}
