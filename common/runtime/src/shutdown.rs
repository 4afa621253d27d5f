//! Signals to a cancellation token: the first asks for an orderly stop, the second ends the
//! process at once. Leaves the order of stopping to whoever holds the token.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Exit status after a second signal, as a shell reports SIGINT.
const INTERRUPTED: i32 = 130;

/// Listens for SIGINT and SIGTERM from now on; the token is cancelled by the first.
pub fn on_signals() -> io::Result<CancellationToken> {
    let interrupt = signal(SignalKind::interrupt())?;
    let terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    tokio::spawn(listen(interrupt, terminate, token.clone()));
    Ok(token)
}

async fn listen(mut interrupt: Signal, mut terminate: Signal, token: CancellationToken) {
    next(&mut interrupt, &mut terminate).await;
    tracing::info!("stopping; a second signal stops at once");
    token.cancel();
    next(&mut interrupt, &mut terminate).await;
    tracing::warn!("stopped at once by a second signal");
    std::process::exit(INTERRUPTED);
}

async fn next(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;

    #[tokio::test]
    async fn the_first_signal_cancels() {
        let token = on_signals().unwrap();
        assert!(!token.is_cancelled());
        kill(Pid::this(), Signal::SIGTERM).unwrap();
        tokio::time::timeout(Duration::from_secs(5), token.cancelled()).await.unwrap();
    }
}
