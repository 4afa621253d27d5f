//! Process plumbing that Baton's binaries share: settings, logs, metrics, the admin port, the
//! connection to NATS, signals. It leaves every word of the domain to `baton-common` and every
//! decision to the router and the gateway.

pub mod admin;
pub mod guard;
pub mod metrics;
pub mod nats;
pub mod oidc;
pub mod ready;
pub mod secret;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
