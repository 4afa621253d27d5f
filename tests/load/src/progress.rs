//! Shows how far a run is, on standard error: one line that is rewritten on a terminal, a plain
//! line every few seconds otherwise. What it shows is left to `control`.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::control::{Control, Phase, Progress};

/// Plain lines are for logs: one each second would drown them.
const PLAIN_EVERY: u64 = 5;
const SPIN: Duration = Duration::from_millis(200);

/// Shows until the run is done or this is dropped.
pub async fn show(control: &Control, duration_s: f64) {
    let mut progress = control.progress();
    let shown = if io::stderr().is_terminal() { Shown::bar() } else { Shown::Plain };
    let mut before = Progress::default();
    loop {
        let now = progress.borrow_and_update().clone();
        shown.show(&before, &now, duration_s);
        if now.phase == Phase::Done {
            break;
        }
        before = now;
        if progress.changed().await.is_err() {
            break;
        }
    }
    if let Shown::Bar(bar) = shown {
        bar.finish_and_clear();
    }
}

enum Shown {
    Bar(ProgressBar),
    Plain,
}

impl Shown {
    fn bar() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        bar.set_style(style.expect("the template is a constant"));
        bar.enable_steady_tick(SPIN);
        Self::Bar(bar)
    }

    fn show(&self, before: &Progress, now: &Progress, duration_s: f64) {
        let line = line(now, duration_s);
        let news = now.mark.as_ref().filter(|mark| before.mark.as_ref() != Some(mark));
        let news = news.map(|mark| format!("{:6.1} s  {mark}", now.at_s));
        match self {
            Self::Bar(bar) => {
                if let Some(news) = news {
                    bar.println(news);
                }
                bar.set_message(line);
            }
            Self::Plain => {
                let is_due = second(now) / PLAIN_EVERY > second(before) / PLAIN_EVERY;
                let lines = news.into_iter();
                let shown = is_due || now.phase != before.phase;
                for line in lines.chain(shown.then_some(line)) {
                    // A closed standard error must not end the run.
                    let _ = writeln!(io::stderr(), "{line}");
                }
            }
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of a run are few and positive"
)]
fn second(progress: &Progress) -> u64 {
    progress.at_s as u64
}

fn line(now: &Progress, duration_s: f64) -> String {
    let phase = match now.phase {
        Phase::Preparing => return "preparing: the workspace is published, agents log in".into(),
        Phase::Auditing => return "auditing: what is stored is held against what was seen".into(),
        Phase::Done => "done",
        Phase::Arriving => "arriving",
        Phase::Draining => "draining",
    };
    format!(
        "{phase} {:.0}/{duration_s:.0} s  chats {} ({}/s)  waiting {}  active {}  \
         start to offer p50 {:.1} ms p99 {:.1} ms  errors {}  resumed {}",
        now.at_s,
        now.arrived,
        now.chats_per_s,
        now.waiting,
        now.active,
        now.p50_ms,
        now.p99_ms,
        now.errors,
        now.resumed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_what_matters() {
        let now = Progress {
            phase: Phase::Arriving,
            at_s: 3.2,
            arrived: 25,
            waiting: 4,
            errors: 1,
            ..Progress::default()
        };
        let line = line(&now, 20.0);
        for part in ["arriving 3/20 s", "chats 25", "waiting 4", "errors 1"] {
            assert!(line.contains(part), "{line}");
        }
    }
}
