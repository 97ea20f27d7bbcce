//! GET /api/v1/e/{prefix}/setup: where the entries stand that a client needs before it votes. Hints, nothing more.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::{blocking, read, running};
use crate::app::App;
use crate::index::SetupHints;
use plebiscite_serving::problem::Problem;

/// The hints.
pub async fn hints(
    State(app): State<Arc<App>>,
    Path(prefix): Path<String>,
) -> Result<Json<SetupHints>, Problem> {
    let running = running(&app, &prefix)?;
    blocking(move || Ok(read(&running)?.index.hints())).await.map(Json)
}
