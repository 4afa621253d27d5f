//! A Baton of its own for one run: routers, gateways and a broker as real processes on this
//! machine. What breaks in it is left to `faults`.

mod faults;

use anyhow::Context as _;
use baton_client::Gateways;
use baton_e2e::{Kind, Stage};

use crate::Control;
use crate::machine::{self, Measured};
use crate::scenario::{Baton, Fault};
use crate::target::Target;

use faults::Hands;

/// The workspace of a Baton that has no other.
const WORKSPACE: &str = "load";

/// A fresh Baton; stopped when dropped.
#[derive(Debug)]
pub struct Fresh {
    stage: Stage,
    gateways: Gateways,
    admins: Gateways,
}

impl Fresh {
    /// Starts it and waits until everything is ready.
    pub async fn start(baton: Baton) -> anyhow::Result<Self> {
        // The stage is made for tests and panics with what is wrong, which the task catches.
        let started = tokio::spawn(async move {
            let kind = if baton.broker == 3 { Kind::Three } else { Kind::One };
            let mut stage = Stage::bare(kind).await;
            // All virtual people come from this one address.
            stage.limits_us = false;
            for _ in 0..baton.routers {
                stage.add_router().await;
            }
            for _ in 0..baton.gateways {
                stage.add_gateway().await;
            }
            stage
        });
        let stage = started.await.context(
            "a fresh Baton could not be started; what is wrong stands above (build it with \
             `cargo build --release -p baton`, fetch the broker with `make setup-test`)",
        )?;
        let fresh = Self { stage, gateways: Gateways::new([]), admins: Gateways::new([]) };
        fresh.tell();
        Ok(fresh)
    }

    /// It as something to load.
    pub fn target(&self) -> Target {
        Target {
            gateways: self.gateways.clone(),
            admins: self.admins.clone(),
            nats_url: Some(self.stage.broker.url()),
            minter: self.stage.minter.clone(),
            workspace: WORKSPACE.to_owned(),
            is_own: true,
        }
    }

    /// It as something to tell of.
    pub fn measured(&self) -> Measured {
        let (nats, monitors) = (Some(self.stage.broker.url()), self.stage.broker.monitor_urls());
        Measured { baton: machine::program(), nats, monitors }
    }

    /// Breaks what the scenario says when it says, each marked; ends after the last. The first
    /// fault that could not be done is the error.
    pub async fn break_things(
        &mut self,
        faults: &[Fault],
        control: &Control,
    ) -> anyhow::Result<()> {
        let mut faults = faults.to_vec();
        faults.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
        let began = control.began().await;
        let mut hands = Hands::default();
        for fault in faults {
            let due = began + std::time::Duration::from_secs_f64(fault.at_s);
            tokio::time::sleep_until(due.into()).await;
            let done = hands.act(&mut self.stage, fault, control).await;
            done.with_context(|| format!("the fault at {} s, {fault}", fault.at_s))?;
            self.tell();
        }
        Ok(())
    }

    /// The addresses as they are now.
    fn tell(&self) {
        self.gateways.set(self.stage.gateways.iter().map(|part| part.ready.public.clone()));
        self.admins.set(self.stage.routers.iter().map(|part| part.ready.admin.clone()));
    }
}
