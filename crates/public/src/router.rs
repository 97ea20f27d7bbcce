//! The read-only routes in one list; a server adds those that take something.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::get;
use plebiscite_serving::problem::Problem;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::answer::finish;
use crate::assets::Assets;
use crate::election::Elections;
use crate::routes::{board, credential, elections, health, pages, setup, status};

/// What the read-only routes reach.
pub struct Public {
    /// The elections.
    pub elections: Arc<dyn Elections>,
    /// The files of the pages that run in the browser.
    pub assets: Assets,
    /// Whether ballots are taken here: a mirror takes none, and its pages say so.
    pub takes_ballots: bool,
    /// Contact for `/.well-known/security.txt`; without one there is no such page.
    pub security_contact: Option<String>,
}

impl std::fmt::Debug for Public {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Public").field("takes_ballots", &self.takes_ballots).finish_non_exhaustive()
    }
}

/// All read-only routes. The caller adds its own, then [`finished`].
pub fn routes(public: Arc<Public>) -> Router {
    Router::new()
        .route("/", get(pages::list))
        .route("/e/{prefix}", get(pages::slash))
        .route("/e/{prefix}/", get(pages::start_page))
        .route("/e/{prefix}/result", get(pages::result_page))
        .route("/e/{prefix}/counts.csv", get(pages::counts_table))
        .route("/e/{prefix}/board", get(pages::board_page))
        .route("/e/{prefix}/v", get(pages::booth))
        .route("/e/{prefix}/check", get(pages::check))
        .route("/e/{prefix}/audit", get(pages::audit))
        .route("/assets/{*path}", get(pages::asset))
        .route("/e/{prefix}/checkpoint", get(board::checkpoint))
        .route("/e/{prefix}/cosigned/{name}", get(board::cosigned))
        .route("/e/{prefix}/tile/{*path}", get(board::tile))
        .route("/api/v1/elections", get(elections::list))
        .route("/api/v1/e/{prefix}/credential/{key}", get(credential::view))
        .route("/api/v1/e/{prefix}/roll/{index}", get(credential::view_of_row))
        .route("/api/v1/e/{prefix}/setup", get(setup::hints))
        .route("/api/v1/e/{prefix}/status", get(status::status))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/version", get(health::version))
        .route("/.well-known/security.txt", get(health::security))
        .with_state(public)
}

/// Surrounds all routes of a program: what is nowhere, compression, panics, headers.
pub fn finished(routes: Router) -> Router {
    routes
        .fallback(pages::nothing)
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }))
        .layer(map_response(finish))
}
