//! When a program that serves shall end.

/// Ready at Ctrl-C, at the signal that service managers send, or, where asked, when standard input ends. A thread of its
/// own reads that, because a read that never returns would hold the runtime at its end.
pub async fn ended(while_stdin: bool) {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    if while_stdin {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = ended.send(());
        });
    }
    let input = async move {
        if while_stdin {
            let _ = end.await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
        () = input => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
