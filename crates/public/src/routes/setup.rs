//! GET /api/v1/e/{prefix}/setup: where the entries stand that a client needs before it votes. Hints, nothing more.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use plebiscite_serving::problem::Problem;

use crate::answer::{blocking, published, read};
use crate::index::SetupHints;
use crate::router::Public;

/// The hints.
///
/// # Errors
/// There is no such election.
pub async fn hints(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
) -> Result<Json<SetupHints>, Problem> {
    let election = published(&*public.elections, &prefix)?;
    blocking(move || Ok(read(&*election)?.index.hints())).await.map(Json)
}
