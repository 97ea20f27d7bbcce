//! All routes of a server in one list: what everyone may read, and what it takes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use plebiscite_public::router::{Public, finished, routes};
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::election::Elections;
use crate::limits::Rates;
use crate::routes::{ballots, elections, entries, proposals};

/// What every request that brings something can reach.
#[derive(Debug)]
pub struct App {
    /// The elections.
    pub elections: Arc<Elections>,
    /// Rates of casts.
    pub rates: Rates,
    /// The settings.
    pub config: Config,
}

/// All routes.
pub fn router(app: Arc<App>, public: Arc<Public>) -> Router {
    let within = |milliseconds| {
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(milliseconds))
    };
    let limits = &app.config.limits;
    // What the writer may need minutes for; the bodies are read within the time of every other request.
    let acts = Router::new()
        .route("/api/v1/elections", post(elections::add))
        .route("/api/v1/e/{prefix}/entries", post(entries::enter))
        .route("/api/v1/e/{prefix}/proposals", get(proposals::list).post(proposals::offer))
        .layer(within(limits.act_timeout_ms))
        .with_state(Arc::clone(&app));
    let casts =
        Router::new().route("/api/v1/e/{prefix}/ballots", post(ballots::cast)).with_state(app.clone());
    let reads = routes(public).merge(casts).layer(within(limits.request_timeout_ms));
    finished(reads.merge(acts)).layer(DefaultBodyLimit::max(entries::BODY_LIMIT))
}
