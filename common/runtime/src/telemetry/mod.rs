//! Logs of a process: fields on standard error, human or JSON, filtered by `BATON_LOG`. Leaves
//! what is logged to the callers, and traces over OTLP to a later step.

mod encode;

use std::io;
use std::panic::PanicHookInfo;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use encode::Encoding;

/// What kind of process logs: it decides what is logged unless `BATON_LOG` says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// A server: Baton's own information, others' warnings.
    Server,
    /// A command that prints its result: warnings alone.
    Command,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `BATON_LOG` is no filter.
    #[error("BATON_LOG is no log filter ({0}); write it as `info` or `warn,baton_router=debug`")]
    Filter(String),
    /// `BATON_LOG_FORMAT` is neither of the two.
    #[error("BATON_LOG_FORMAT is `{0}`; write `text` or `json`")]
    Format(String),
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// Sets up logging for this process and logs panics like everything else. A second call changes
/// nothing.
pub fn init(verbosity: Verbosity) -> Result<(), TelemetryError> {
    let filter = filter(verbosity, std::env::var("BATON_LOG").ok().as_deref())?;
    let format = format(std::env::var("BATON_LOG_FORMAT").ok().as_deref())?;
    let subscriber = subscriber(filter, format, io::stderr);
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(())
}

fn filter(verbosity: Verbosity, variable: Option<&str>) -> Result<EnvFilter, TelemetryError> {
    let default = match verbosity {
        Verbosity::Server => "warn,baton=info",
        Verbosity::Command => "warn",
    };
    let text = variable.filter(|text| !text.trim().is_empty()).unwrap_or(default);
    EnvFilter::try_new(text).map_err(|error| TelemetryError::Filter(error.to_string()))
}

fn format(variable: Option<&str>) -> Result<Format, TelemetryError> {
    match variable.unwrap_or_default() {
        "" | "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        other => Err(TelemetryError::Format(other.to_owned())),
    }
}

/// Colours stay off: an escape sequence in a log is then never ours, and all are encoded.
fn subscriber<W>(
    filter: EnvFilter,
    format: Format,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Encoding::new(writer));
    match format {
        Format::Text => Box::new(builder.finish().with(filter_fn(is_harmless))),
        Format::Json => {
            Box::new(builder.json().flatten_event(true).finish().with(filter_fn(is_harmless)))
        }
    }
}

/// Libraries print what passes through them, texts of customers and passwords included, when they
/// are asked for details: whatever `BATON_LOG` says, they are not.
fn is_harmless(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || metadata.target().starts_with("baton")
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("no message");
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    tracing::error!(thread, place, message, "panicked");
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use futures_util::StreamExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: Format, log: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let filter = EnvFilter::new("trace");
        tracing::subscriber::with_default(subscriber(filter, format, move || writer.clone()), log);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    const HOSTILE: &str = "a\x1b[31m\nERROR forged\r\u{9b}2J\u{202e}z";

    #[test]
    fn s29_control_characters_in_logs_are_encoded() {
        for format in [Format::Text, Format::Json] {
            let text = logged(format, || {
                let error = io::Error::other(HOSTILE);
                tracing::warn!(field = HOSTILE, display = %HOSTILE, debug = ?HOSTILE, "plain");
                tracing::warn!(error = &error as &dyn std::error::Error, "{HOSTILE}");
            });
            let body = text.strip_suffix('\n').unwrap();
            assert_eq!(body.lines().count(), 2, "{format:?}: {text}");
            let lines = body.lines().flat_map(str::chars);
            assert!(!lines.clone().any(char::is_control), "{format:?}: {text}");
            assert!(!lines.clone().any(|c| c == '\u{202e}'), "{format:?}: {text}");
            assert!(text.contains("forged"));
        }
    }

    #[test]
    fn json_records_stay_json() {
        let text = logged(Format::Json, || tracing::warn!(value = %HOSTILE, "{HOSTILE}"));
        let record: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(record["value"], HOSTILE);
        assert_eq!(record["message"], HOSTILE);
    }

    /// What a chat says goes over NATS and HTTP, and a password with the connection.
    async fn talk(canary: &str) {
        let server = crate::testing::NatsServer::start();
        let client = server.link().await.client().clone();
        let mut heard = client.subscribe("said").await.unwrap();
        client.publish("said", canary.to_owned().into()).await.unwrap();
        assert_eq!(heard.next().await.unwrap().payload, canary);
        let stream = async_nats::jetstream::stream::Config {
            name: "kept".into(),
            subjects: vec!["kept".into()],
            ..Default::default()
        };
        let jetstream = async_nats::jetstream::new(client);
        let stream = jetstream.create_stream(stream).await.unwrap();
        jetstream.publish("kept", canary.to_owned().into()).await.unwrap().await.unwrap();
        assert_eq!(stream.get_raw_message(1).await.unwrap().payload, canary);
        tracing::trace!(target: "baton_router", "said all");
    }

    #[test]
    fn s28_libraries_print_no_payload_at_any_level() {
        let canary = "the canary sings at midnight";
        let text = logged(Format::Text, || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(talk(canary));
        });
        assert!(text.contains("said all"), "Baton's own traces are shown: {text}");
        let coded = STANDARD.encode(canary);
        assert!(!text.contains(canary) && !text.contains(&coded), "{text}");
        assert!(!text.contains("TRACE async_nats"), "{text}");
    }

    #[test]
    fn filter_and_format_are_checked() {
        assert_eq!(filter(Verbosity::Server, None).unwrap().to_string(), "baton=info,warn");
        assert!(
            filter(Verbosity::Command, Some("=,=")).unwrap_err().to_string().contains("BATON_LOG")
        );
        assert_eq!(format(Some("json")).unwrap(), Format::Json);
        assert_eq!(format(None).unwrap(), Format::Text);
        assert!(format(Some("xml")).unwrap_err().to_string().contains("xml"));
    }
}
