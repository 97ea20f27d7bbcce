//! GET /api/v1/e/{prefix}/status: where an election stands, for people and scripts. Nothing of it is proof.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use plebiscite_election::manifest::document::Text;
use plebiscite_serving::problem::Problem;
use serde::Serialize;

use crate::answer::{blocking, published, read};
use crate::router::Public;

/// Where an election stands.
#[derive(Debug, Serialize)]
pub struct Status {
    /// The whole id in hex.
    pub id: String,
    /// Title by language.
    pub title: Option<Text>,
    /// Where it stands.
    pub phase: &'static str,
    /// Published entries.
    pub size: u64,
    /// Ballots that stand, superseded ones included.
    pub ballots: u64,
    /// Turnout by region, never a result.
    pub regions: Vec<Turnout>,
    /// The closing time in force, seconds since 1970 UTC.
    pub closing_time: Option<u64>,
    /// Trustees whose message of the ceremony round in force is missing.
    pub awaited: Vec<u16>,
    /// Trustees who have confirmed the seal.
    pub confirmed: Vec<u16>,
    /// Trustees whose partial decryptions stand and are true.
    pub decrypted: Vec<u16>,
}

/// How many of a region have voted.
#[derive(Debug, Serialize)]
pub struct Turnout {
    /// The region's id.
    pub region: String,
    /// Credentials.
    pub eligible: u64,
    /// Credentials with a ballot.
    pub voted: u64,
}

/// The status.
///
/// # Errors
/// There is no such election.
pub async fn status(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
) -> Result<Json<Status>, Problem> {
    let election = published(&*public.elections, &prefix)?;
    let status = move || {
        let board = read(&*election)?;
        let record = &board.record;
        let manifest = record.manifest();
        let counts = record.eligible_by_region().iter().zip(record.heads_by_region());
        let regions = manifest.iter().flat_map(|manifest| manifest.regions()).zip(counts);
        let turnout = regions.map(|(region, (eligible, voted))| Turnout {
            region: region.id.clone(),
            eligible: *eligible,
            voted: *voted,
        });
        Ok(Status {
            id: election.id().to_string(),
            title: manifest.map(|manifest| manifest.document().title.clone()),
            phase: record.phase().name(),
            size: board.published_size(),
            ballots: record.ballots(),
            regions: turnout.collect(),
            closing_time: record.closing_time(),
            awaited: record.ceremony().map(|view| view.record.missing()).unwrap_or_default(),
            confirmed: record.confirmations().keys().copied().collect(),
            decrypted: record.valid_partials(),
        })
    };
    blocking(status).await.map(Json)
}
