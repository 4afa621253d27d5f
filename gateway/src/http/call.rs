//! One HTTP call: who, from where, with what. Its methods are called in the contract's order of
//! errors: token, role, rate, size, shape.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest, FromRequestParts as _, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use baton_common::code::Code;
use baton_common::limits;
use baton_common::protocol::bounds;
use baton_common::protocol::read::read;
use baton_common::words::Role;
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::caller::Caller;
use crate::gateway::Gateway;
use crate::marks::KeySource;
use crate::refusal::Refusal;

/// Anybody with a token.
pub(crate) const EVERYBODY: [Role; 4] =
    [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin];
/// Where an agent may read.
pub(crate) const STAFF: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];
/// Where a supervisor may.
pub(crate) const OVERSIGHT: [Role; 2] = [Role::Supervisor, Role::Admin];
/// Who configures.
pub(crate) const ADMINS: [Role; 1] = [Role::Admin];

/// The address of the peer, as the server saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// One call.
pub(crate) struct Call {
    pub(crate) parts: Parts,
    pub(crate) peer: SocketAddr,
    id: Option<String>,
    body: Body,
}

impl FromRequest<Gateway> for Call {
    type Rejection = Refusal;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        let peer = parts.extensions.get::<Peer>().map_or(unknown, |peer| peer.0);
        let id = Path::<String>::from_request_parts(&mut parts, gateway).await;
        let id = id.ok().map(|Path(id)| id);
        Ok(Self { parts, peer, id, body })
    }
}

impl Call {
    /// What came as a bearer's token, whatever it is.
    pub(crate) fn bearer(&self) -> Result<Option<&str>, Refusal> {
        bearer(&self.parts.headers)
    }

    /// The caller, whose role must be one of `roles`; counts against the address.
    pub(crate) fn begin(&self, gateway: &Gateway, roles: &[Role]) -> Result<Caller, Refusal> {
        let caller = self.caller(gateway)?.ok_or_else(|| {
            let detail = "a token is missing: send `Authorization: Bearer <token>`";
            Refusal::new(Code::Unauthenticated, detail)
        })?;
        if !roles.contains(&caller.role()) {
            let detail = format!("the role {} may not do this", caller.role().as_str());
            return Err(Refusal::new(Code::Forbidden, &detail));
        }
        gateway.limit_call(self.peer.ip())?;
        gateway.customer_seen(&caller);
        Ok(caller)
    }

    /// The caller, if a token came along.
    pub(crate) fn caller(&self, gateway: &Gateway) -> Result<Option<Caller>, Refusal> {
        let Some(token) = bearer(&self.parts.headers)? else {
            return Ok(None);
        };
        Ok(Some(gateway.caller(token)?))
    }

    /// The id in the path.
    pub(crate) fn id(&self) -> Result<&str, Refusal> {
        self.id.as_deref().ok_or_else(Refusal::not_found)
    }

    /// The key of the call.
    pub(crate) fn key(&self) -> Result<Option<String>, Refusal> {
        let name = "Idempotency-Key";
        let Some(key) = one(&self.parts.headers, name)? else {
            return Ok(None);
        };
        bounds::key(name, key)?;
        Ok(Some(key.to_owned()))
    }

    /// The key of a command.
    pub(crate) fn key_source(&self) -> Result<Option<KeySource>, Refusal> {
        Ok(self.key()?.map(KeySource::Header))
    }

    /// A header that may be there once.
    pub(crate) fn header(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        one(&self.parts.headers, name)
    }

    /// The query's fields; none but `known` ones.
    pub(crate) fn query(&self, known: &[&str]) -> Result<Fields, Refusal> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&self.parts.uri);
        let Query(pairs) = pairs.map_err(|_| Refusal::invalid("", "the query is malformed"))?;
        for (at, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Refusal::invalid(name, "unknown query field"));
            }
            if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Refusal::invalid(name, "given twice"));
            }
        }
        Ok(Fields(pairs))
    }

    /// The body, of at most `most` bytes.
    pub(crate) async fn bytes(mut self, most: usize) -> Result<Bytes, Refusal> {
        let too_large = || {
            let detail = format!("a body here has at most {most} bytes");
            Refusal::new(Code::TooLarge, &detail)
        };
        let length = self.parts.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let time = Duration::from_millis(limits::REQUEST_TIME.0);
        let read = tokio::time::timeout(time, read_whole(&mut self.body, most)).await;
        match read {
            Ok(Ok(Some(bytes))) => Ok(bytes),
            Ok(Ok(None)) => Err(too_large()),
            Ok(Err(_)) => Err(Refusal::invalid("", "the body broke off")),
            Err(_) => Err(Refusal::invalid("", "the body took too long")),
        }
    }

    /// The body as JSON.
    pub(crate) async fn json<T: DeserializeOwned + Serialize>(self) -> Result<T, Refusal> {
        Ok(read(&self.bytes(limits::BODY_BYTES).await?)?)
    }

    /// No body, or an empty object.
    pub(crate) async fn no_body(self) -> Result<(), Refusal> {
        #[derive(serde::Deserialize, serde::Serialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        let bytes = self.bytes(limits::BODY_BYTES).await?;
        if !bytes.is_empty() {
            let Nothing {} = read(&bytes)?;
        }
        Ok(())
    }
}

/// What was not read is read and thrown away: a peer that is still sending would be cut off, and
/// would never see why it was refused.
impl Drop for Call {
    fn drop(&mut self) {
        let mut body = std::mem::take(&mut self.body);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if !body.is_end_stream() {
            let time = Duration::from_millis(limits::REQUEST_TIME.0);
            runtime.spawn(async move {
                let rest = read_whole(&mut body, 0);
                let _ = tokio::time::timeout(time, rest).await;
            });
        }
    }
}

/// The whole body; none if it is larger than `most`, of which a bounded rest is thrown away.
async fn read_whole(body: &mut Body, most: usize) -> Result<Option<Bytes>, axum::Error> {
    let (mut whole, mut size) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        size += data.len();
        if size <= most {
            whole.extend_from_slice(&data);
        } else if size > limits::THROWN_AWAY_BYTES {
            break;
        }
    }
    Ok((size <= most).then(|| whole.freeze()))
}

/// The fields of a query.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field as it stands.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Refusal::invalid(name, "a whole number is wanted"))
        };
        self.text(name).map(parse).transpose()
    }

    /// `limit`, from 1 to `most`.
    pub(crate) fn limit(&self, most: usize, default: usize) -> Result<usize, Refusal> {
        let limit = self.number("limit")?.map_or(Ok(default), usize::try_from);
        match limit {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            _ => Err(Refusal::invalid("limit", &format!("limit is 1 to {most}"))),
        }
    }
}

/// 200 with JSON.
pub(crate) fn ok(body: impl Serialize) -> Response {
    axum::Json(body).into_response()
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let refuse = || Refusal::new(Code::Unauthenticated, "send `Authorization: Bearer <token>`");
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        return Err(refuse());
    }
    let text = value.to_str().map_err(|_| refuse())?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(refuse()),
    }
}

fn one<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut all = headers.get_all(name).iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        return Err(Refusal::invalid(name, "given twice"));
    }
    value.to_str().map(Some).map_err(|_| Refusal::invalid(name, "visible ASCII is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(uri: &str, headers: &[(&'static str, &str)], body: &'static str) -> Call {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, body) = request.body(Body::from(body)).unwrap().into_parts();
        Call { parts, peer: ([127, 0, 0, 1], 1).into(), id: None, body }
    }

    #[test]
    fn tokens_come_as_bearers() {
        let token = |value: &str| bearer_of(&[("authorization", value)]);
        assert_eq!(token("Bearer x.y.z"), Ok(Some("x.y.z".into())));
        assert_eq!(token("bearer x"), Ok(Some("x".into())));
        for bad in ["x", "Basic x", ""] {
            assert_eq!(token(bad), Err(Code::Unauthenticated), "{bad}");
        }
        let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
        assert_eq!(bearer_of(&twice), Err(Code::Unauthenticated));
        assert_eq!(bearer_of(&[]), Ok(None));
    }

    fn bearer_of(headers: &[(&'static str, &str)]) -> Result<Option<String>, Code> {
        let call = call("/", headers, "");
        bearer(&call.parts.headers).map(|t| t.map(str::to_owned)).map_err(|r| r.code())
    }

    #[test]
    fn s20_unknown_query_fields_are_refused() {
        let call = call("/?limit=5&after=2&x=1", &[], "");
        let error = call.query(&["limit", "after"]).err().unwrap();
        assert_eq!(error.rejection.path.as_deref(), Some("x"));
        let fields = call.query(&["limit", "after", "x"]).unwrap();
        assert_eq!(
            (fields.limit(500, 100).unwrap(), fields.number("after").unwrap()),
            (5, Some(2))
        );
        assert!(fields.limit(4, 1).is_err());
    }

    #[tokio::test]
    async fn s20_bodies_are_bounded_however_they_are_sent() {
        let told = call("/", &[("content-length", "70000")], "");
        assert_eq!(told.bytes(65_536).await.unwrap_err().code(), Code::TooLarge);
        let untold = call("/", &[], "0123456789");
        assert_eq!(untold.bytes(9).await.unwrap_err().code(), Code::TooLarge);
        assert!(call("/", &[], "0123456789").bytes(10).await.is_ok());
        assert!(call("/", &[], "{}").no_body().await.is_ok());
        assert!(call("/", &[], "").no_body().await.is_ok());
        assert_eq!(call("/", &[], "{\"x\":1}").no_body().await.unwrap_err().code(), Code::Invalid);
    }
}
