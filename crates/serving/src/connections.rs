//! Connections: how many, how long until their first byte and their request's head, and how they end.
//!
//! axum's own `serve` has no header timeout, so that a few thousand silent sockets would keep everyone out.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

/// Bounds on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Open connections in all.
    pub connections: usize,
    /// Open connections of one address.
    pub per_address: usize,
    /// How long until the first byte of a connection, and until a request's head is complete.
    pub header: Duration,
    /// How long requests under way may still take when the program stops.
    pub patience: Duration,
}

/// What counts as one address: of IPv6 its /64, which one household or machine has whole.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

/// How many connections each address holds.
type Held = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Gives an address its place back when its connection ends.
struct Place {
    held: Held,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(mut held) = self.held.lock() else { return };
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// Accepts connections until told to stop, then lets those under way end their requests.
pub async fn serve(listener: TcpListener, app: Router, bounds: Bounds, mut stop: watch::Receiver<bool>) {
    let total = Arc::new(Semaphore::new(bounds.connections));
    let held: Held = Arc::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        // An error of accept is that of one connection, or of too many open files: the next may do better.
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (Ok(permit), Some(place)) =
            (Arc::clone(&total).try_acquire_owned(), place(&held, network(address.ip()), bounds.per_address))
        else {
            continue;
        };
        let (app, stop, header) = (app.clone(), stop.clone(), bounds.header);
        tokio::spawn(async move {
            connection(stream, address, app, header, stop).await;
            drop((permit, place));
        });
    }
    // Whoever holds a permit is still being answered; the requests' own time limit bounds this wait.
    let all = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(bounds.patience, total.acquire_many(all)).await;
}

fn place(held: &Held, address: IpAddr, most: usize) -> Option<Place> {
    let mut counts = held.lock().ok()?;
    let count = counts.entry(address).or_insert(0);
    if *count >= most {
        return None;
    }
    *count += 1;
    Some(Place { held: Arc::clone(held), address })
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    app: Router,
    header: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let first = tokio::select! {
        first = tokio::time::timeout(header, stream.readable()) => first,
        _ = stop.changed() => return,
    };
    if !matches!(first, Ok(Ok(()))) {
        return;
    }
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        let app = app.clone();
        async move {
            let answer: Result<_, Infallible> = app.oneshot(request).await;
            answer
        }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(header).keep_alive(true);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // An error ends this connection only, and says nothing that a log should keep.
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.as_mut().await;
        }
    }
}
