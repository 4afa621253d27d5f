//! One direction of one connection through a proxy: bytes arrive late, slowly, not yet, or never
//! again. What the bytes say is left to those who feed it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Pieces that are under way; a sender of more waits, as at a full socket buffer.
const PIECES: usize = 4_096;
/// A slow line passes a piece of this size at a time.
const SLICE: usize = 1_024;

/// Whether bytes pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passage {
    /// At once.
    #[default]
    Open,
    /// Not now: they are kept and follow when it opens. The other side sees silence, as of a
    /// half-open connection or a frozen peer.
    Held,
}

/// What a line is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// From the caller to the server.
    pub up: Passage,
    /// From the server to the caller.
    pub down: Passage,
    /// Everything arrives so much later.
    pub delay: Duration,
    /// Bytes a second in each direction; none: as fast as it goes.
    pub rate: Option<u32>,
    /// Connections break, and new ones are refused.
    pub cut: bool,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// Takes what is to be sent; bounded. Clones feed the same line.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pieces: mpsc::Sender<Piece>,
    under_way: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Piece {
    came: Instant,
    bytes: Vec<u8>,
}

/// A line into a socket.
pub(super) struct Line {
    pieces: mpsc::Receiver<Piece>,
    under_way: Arc<AtomicU64>,
    weather: watch::Receiver<Weather>,
    way: Way,
}

impl Feed {
    /// Sends bytes on their way; none if the line is gone.
    pub(super) async fn send(&self, bytes: Vec<u8>) -> Option<()> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let sent = self.pieces.send(Piece { came: Instant::now(), bytes }).await;
        if sent.is_err() {
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        }
        sent.ok()
    }
}

impl Line {
    /// `under_way` counts the pieces that were sent and are not written yet.
    pub(super) fn new(
        weather: watch::Receiver<Weather>,
        way: Way,
        under_way: Arc<AtomicU64>,
    ) -> (Feed, Self) {
        let (feed, pieces) = mpsc::channel(PIECES);
        let feed = Feed { pieces: feed, under_way: under_way.clone() };
        (feed, Self { pieces, under_way, weather, way })
    }

    /// Passes everything on until there is no more or the socket breaks.
    pub(super) async fn run(mut self, mut into: impl AsyncWrite + Unpin) {
        while let Some(Piece { came, bytes }) = self.pieces.recv().await {
            if self.wait(came).await.is_none() || self.write(&mut into, &bytes).await.is_none() {
                self.under_way.fetch_sub(1, Ordering::Relaxed);
                return;
            }
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        }
        let _ = into.shutdown().await;
    }

    /// Waits for the delay to end and the passage to open.
    async fn wait(&mut self, came: Instant) -> Option<()> {
        let delay = self.weather.borrow().delay;
        sleep_until(came + delay).await;
        let way = self.way;
        let opened = self.weather.wait_for(|weather| weather.passage(way) == Passage::Open).await;
        opened.is_ok().then_some(())
    }

    async fn write(&self, into: &mut (impl AsyncWrite + Unpin), piece: &[u8]) -> Option<()> {
        let rate = self.weather.borrow().rate;
        let Some(rate) = rate.filter(|rate| *rate > 0) else {
            return into.write_all(piece).await.ok();
        };
        for slice in piece.chunks(SLICE) {
            into.write_all(slice).await.ok()?;
            let bytes = u32::try_from(slice.len()).unwrap_or(u32::MAX);
            sleep(Duration::from_secs(1) * bytes / rate).await;
        }
        Some(())
    }
}

impl Drop for Line {
    /// What it will not write any more is not under way.
    fn drop(&mut self) {
        self.pieces.close();
        while self.pieces.try_recv().is_ok() {
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Weather {
    fn passage(&self, way: Way) -> Passage {
        match way {
            Way::Up => self.up,
            Way::Down => self.down,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn read(from: &mut tokio::io::DuplexStream, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        from.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_are_delayed_held_and_slowed_and_stay_in_order() {
        let (weather, seen) = watch::channel(Weather::default());
        let under_way = Arc::new(AtomicU64::new(0));
        let (feed, line) = Line::new(seen, Way::Up, under_way.clone());
        let (into, mut out) = tokio::io::duplex(64 * 1024);
        tokio::spawn(line.run(into));
        let send = async |text: &[u8]| feed.send(text.to_vec()).await.unwrap();

        let begun = Instant::now();
        weather.send_modify(|weather| weather.delay = Duration::from_millis(300));
        send(b"late").await;
        assert_eq!(read(&mut out, 4).await, b"late");
        assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());

        weather
            .send_modify(|weather| *weather = Weather { up: Passage::Held, ..Weather::default() });
        send(b"held").await;
        let early = tokio::time::timeout(Duration::from_mins(1), read(&mut out, 4)).await;
        assert!(early.is_err(), "it came through a held line");
        assert_eq!(under_way.load(Ordering::Relaxed), 1);
        weather.send_modify(|weather| weather.up = Passage::Open);
        assert_eq!(read(&mut out, 4).await, b"held");

        let begun = Instant::now();
        weather.send_modify(|weather| weather.rate = Some(4_096));
        send(&[b'x'; 8_192]).await;
        send(b"after").await;
        read(&mut out, 8_192).await;
        assert_eq!(read(&mut out, 5).await, b"after");
        assert!(begun.elapsed() >= Duration::from_millis(1_900), "{:?}", begun.elapsed());
        drop(feed);
        assert_eq!(out.read(&mut [0]).await.unwrap(), 0, "its end is passed on");
        assert_eq!(under_way.load(Ordering::Relaxed), 0);
    }
}
