//! GET /api/v1/elections: which elections there are.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use plebiscite_election::manifest::document::Text;
use plebiscite_serving::problem::Problem;
use serde::Serialize;

use crate::answer::{blocking, read};
use crate::election::prefix_of;
use crate::router::Public;

/// One election in the list.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// The whole id in hex.
    pub id: String,
    /// Its first 16 hex.
    pub prefix: String,
    /// Title by language.
    pub title: Option<Text>,
    /// Where it stands.
    pub phase: &'static str,
}

/// All elections.
///
/// # Errors
/// The problem of a program that stops.
pub async fn list(State(public): State<Arc<Public>>) -> Result<Json<Vec<Listed>>, Problem> {
    let listed = move || {
        let mut all = Vec::new();
        for election in public.elections.all() {
            let board = read(&*election)?;
            let title = board.record.manifest().map(|manifest| manifest.document().title.clone());
            let phase = board.record.phase().name();
            let id = election.id();
            all.push(Listed { id: id.to_string(), prefix: prefix_of(id), title, phase });
        }
        Ok(all)
    };
    blocking(listed).await.map(Json)
}
