//! Requests to the broker and to routers, over an inbox that forgets those nobody waits for. All
//! of it is the runtime's; here it has the name by which the gateway's parts know it.

pub(crate) use baton_runtime::nats::{NoReply, Request, Requests};
