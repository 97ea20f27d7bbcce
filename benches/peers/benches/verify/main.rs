//! What verifying a ballot costs: ours with everything that a verifier must check, the floor that the curve's arithmetic
//! sets, and elastic-elgamal's single choice, interleaved in one run on one core.
//!
//! `cargo bench -p plebiscite-peers --bench verify -- [--quick]` prints a table and, as its last line, JSON.
//! Times are a thread's processor time: what else runs on the machine lengthens them little. Each round measures all of
//! them one after the other; ratios are taken within a round, and of all rounds the median is shown.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

mod elastic;
mod floor;
mod ours;
mod time;

use serde_json::{Map, Value, json};

use floor::Floor;
use ours::Ours;
use plebiscite_crypto::engine::Engine;

/// Options, and how many ballots are verified together.
const QUESTIONS: [(&str, usize, u32); 4] =
    [("o3", 3, 1_000), ("o5", 5, 1_000), ("o10", 10, 500), ("o50", 50, 200)];

/// One round's times of one question, in microseconds.
struct Round {
    fastest: f64,
    dalek: f64,
    floor: f64,
    stable: f64,
    beta: f64,
}

impl Round {
    fn peer(&self) -> f64 {
        self.stable.min(self.beta)
    }
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 3 } else { 9 };
    let floor = Floor::new();
    let questions: Vec<_> = QUESTIONS
        .iter()
        .map(|(name, options, ballots)| {
            (
                *name,
                Ours::new(*options, *ballots),
                elastic::stable::choices(*options),
                elastic::beta::choices(*options),
            )
        })
        .collect();
    let mut measured: Vec<Vec<Round>> = questions.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        let costs = floor.measure();
        for ((_, ours, stable, beta), rounds) in questions.iter().zip(&mut measured) {
            rounds.push(Round {
                dalek: ours.measure(Engine::portable()),
                stable: stable.measure(),
                fastest: ours.measure(Engine::fastest()),
                beta: beta.measure(),
                floor: costs.of(ours.long_points(), ours.short_points()),
            });
        }
    }
    println!(
        "| options | fastest, µs | dalek, µs | floor, µs | of the floor | elastic-elgamal 0.3.1, µs | beta, µs | faster | dalek alone |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut figures = Map::new();
    for ((name, ..), rounds) in questions.iter().zip(&measured) {
        let of = |figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
        let [fastest, dalek] = [of(&|round| round.fastest), of(&|round| round.dalek)];
        let ratio = of(&|round| round.dalek / round.floor);
        let [faster, alone] =
            [of(&|round| round.peer() / round.fastest), of(&|round| round.peer() / round.dalek)];
        let [floor, stable, beta] =
            [of(&|round| round.floor), of(&|round| round.stable), of(&|round| round.beta)];
        println!(
            "| {name} | {fastest:.1} | {dalek:.1} | {floor:.1} | {ratio:.2} | {stable:.0} | {beta:.0} | {faster:.1} | {alone:.1} |"
        );
        figures.insert(
            (*name).to_owned(),
            json!({
                "us_per_ballot": fastest,
                "us_per_ballot_dalek": dalek,
                "ratio_to_floor": ratio,
                "times_faster_than_elastic_elgamal": faster,
                "times_faster_than_elastic_elgamal_dalek": alone,
                "us_floor": floor,
                "us_elastic_elgamal": stable,
                "us_elastic_elgamal_beta": beta,
                "lanes": !Engine::fastest().is_portable(),
            }),
        );
    }
    figures.insert("instructions".to_owned(), json!(Engine::fastest().instructions()));
    println!("{}", Value::Object(figures));
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
