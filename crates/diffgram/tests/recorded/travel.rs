//! How answers travel: slow, broken off, zipped, busy, or with a status line that is none.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use portal_diffgram::{Client, ClientConfig, Error, Relation};
use portal_model::id::{FileId, SchemaId, TaskId, UserId};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    calls::{Call, GOOD},
    server::{Answer, Recording, Server, config_for, project},
};

/// What a bare server does with each connection, once its request is in.
#[derive(Clone, Debug)]
enum Manner {
    /// Sends these bytes and closes.
    Say(Vec<u8>),
    /// Sends these bytes and resets the connection.
    SayAndReset(Vec<u8>),
    /// Sends these bytes one by one, this far apart.
    Drip(Vec<u8>, Duration),
}

/// A server below HTTP: manners in turn, the last one stays. Counts the requests it read whole.
#[derive(Debug)]
struct Bare {
    config: ClientConfig,
    requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Bare {
    async fn start(mut manners: Vec<Manner>, timeout: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = config_for(&listener, timeout);
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let manner = if manners.len() > 1 { manners.remove(0) } else { manners[0].clone() };
                tokio::spawn(serve(stream, manner, counter.clone()));
            }
        });
        Self { config, requests, task }
    }

    fn client(&self) -> Client {
        Client::new(self.config.clone()).unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Reads one request with its body, so that closing is not a reset by itself.
async fn read_request(stream: &mut TcpStream) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let n = stream.read(&mut part).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&part[..n]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let Some(head) = text.find("\r\n\r\n") else { continue };
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
        if bytes.len() >= head + 4 + length.unwrap_or(0) {
            return Some(());
        }
    }
}

async fn serve(mut stream: TcpStream, manner: Manner, counter: Arc<AtomicUsize>) {
    if read_request(&mut stream).await.is_none() {
        return;
    }
    counter.fetch_add(1, Ordering::SeqCst);
    match manner {
        Manner::Say(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Manner::SayAndReset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // What was sent should arrive before the reset.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let _ = stream.set_zero_linger();
        }
        Manner::Drip(bytes, apart) => {
            for byte in bytes {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(apart).await;
            }
        }
    }
}

/// A recorded answer as bytes on the wire.
fn wire(name: &'static str) -> Vec<u8> {
    let answer = Recording::read(name).answer;
    let head = format!(
        "HTTP/1.1 {} OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        answer.status,
        answer.body.len()
    );
    [head.as_bytes(), &answer.body].concat()
}

const LONG: Duration = Duration::from_secs(10);

async fn assign(client: &Client) -> Result<(), Error> {
    project(client).assign(TaskId(2), &[UserId(3)], Relation::Assignee).await
}

/// UPS-05: every byte comes in time, the whole does not.
#[tokio::test]
async fn ups_05_the_limit_is_for_the_whole_answer() {
    let manner = Manner::Drip(wire("03-api-keys/06-use-key-ok"), Duration::from_millis(20));
    let bare = Bare::start(vec![manner], Duration::from_millis(300)).await;
    let started = Instant::now();
    let error = project(&bare.client()).view().await.unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");
    assert!(error.is_outage());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // Asking again would only make it slower.
    assert_eq!(bare.requests(), 1);
}

#[tokio::test]
async fn ups_05_headers_that_never_end_are_limited_too() {
    let head = b"HTTP/1.1 200 OK\r\nx-slow: ".repeat(40);
    let bare = Bare::start(vec![Manner::Drip(head, Duration::from_millis(20))], Duration::from_millis(300)).await;
    let error = assign(&bare.client()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");
    assert_eq!(bare.requests(), 1);
}

/// UPS-06: the connection is reset in the middle of the answer. A read is asked again, a write is not.
#[tokio::test]
async fn ups_06_a_reset_read_is_asked_again() {
    for name in ["03-api-keys/06-use-key-ok", "02-project/05-project-view"] {
        let whole = wire(name);
        let half = Manner::SayAndReset(whole[..whole.len() / 2].to_vec());
        let bare = Bare::start(vec![half, Manner::Say(whole)], LONG).await;
        assert_eq!(project(&bare.client()).view().await.unwrap().name, "Rec Demo");
        assert_eq!(bare.requests(), 2);
    }
}

#[tokio::test]
async fn ups_06_a_reset_read_by_post_is_asked_again() {
    let whole = wire("07-files/39-file-view");
    let half = Manner::SayAndReset(whole[..whole.len() - 10].to_vec());
    let bare = Bare::start(vec![half.clone(), half, Manner::Say(whole)], LONG).await;
    assert_eq!(project(&bare.client()).file(FileId(5)).await.unwrap().name, "img_00.png");
    assert_eq!(bare.requests(), 3);
}

#[tokio::test]
async fn ups_06_reads_are_given_up_after_three() {
    let bare = Bare::start(vec![Manner::SayAndReset(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())], LONG).await;
    let error = project(&bare.client()).view().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    assert!(error.is_outage());
    assert_eq!(bare.requests(), 3);
}

#[tokio::test]
async fn ups_06_a_reset_write_is_not_repeated() {
    let whole = wire("09-tasks/01-assign");
    for cut in [0, 12, whole.len() / 2, whole.len() - 1] {
        let bare =
            Bare::start(vec![Manner::SayAndReset(whole[..cut].to_vec()), Manner::Say(whole.clone())], LONG).await;
        let error = assign(&bare.client()).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable(_)), "cut at {cut}: {error:?}");
        assert_eq!(bare.requests(), 1, "cut at {cut}");
    }
}

/// UPS-04 on the wire: an answer that ends before its length is broken, not short.
#[tokio::test]
async fn ups_04_a_body_shorter_than_its_length_is_broken() {
    let whole = wire("09-tasks/01-assign");
    let bare = Bare::start(vec![Manner::Say(whole[..whole.len() - 3].to_vec())], LONG).await;
    let error = assign(&bare.client()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    assert_eq!(bare.requests(), 1);
}

#[tokio::test]
async fn nobody_listening_is_an_outage() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = config_for(&listener, LONG);
    drop(listener);
    let error = Client::new(config).unwrap().status().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)) && error.is_outage(), "{error:?}");
    // No address in the words for people.
    assert_eq!(error.to_string(), "Diffgram cannot be reached");
}

/// `20-http/25`: what the main service itself says for a database error. The dispatcher makes it a 503 (`refusals`).
#[tokio::test]
async fn a_status_line_that_is_none_is_this_requests_fault_and_not_repeated() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/20-http/25-database-error-raw.json");
    let recording: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let raw = recording["response"]["raw_bytes"].as_str().unwrap();
    assert!(raw.starts_with("HTTP/1.1 0 9h9h\r\n"));
    // The recording keeps the head only.
    let answer = format!("{raw}\r\n{{\"error\": \"(psycopg2.errors) …\"}}").into_bytes();
    for manner in [Manner::Say(answer.clone()), Manner::SayAndReset(answer)] {
        let bare = Bare::start(vec![manner], LONG).await;
        let error = project(&bare.client()).schema(SchemaId(3)).await.unwrap_err();
        assert!(matches!(error, Error::Server { status: 0 }), "{error:?}");
        assert!(!error.is_outage());
        assert_eq!(bare.requests(), 1);
    }
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// PRX-08: small on the wire, large unpacked.
#[tokio::test]
async fn prx_08_a_gzip_bomb_is_cut_at_the_cap() {
    let mut body = br#"{"project": {"name": ""#.to_vec();
    body.resize(64 << 20, b' ');
    body.extend_from_slice(br#""}}"#);
    let mut bomb = zipped(&body);
    assert!(bomb.len() < 100 << 10);
    // Rubbish in its second half: whoever unpacks all of it before counting finds another error.
    let half = bomb.len() / 2;
    bomb[half..].fill(0xff);
    let server = Server::start(Answer::json(200, bomb.clone()).with("content-encoding", "gzip")).await;
    let config = ClientConfig { max_body: 64 << 10, ..server.config() };
    let error = project(&Client::new(config).unwrap()).view().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge), "{error:?}");
    assert!(!error.is_outage());
    assert_eq!(server.seen().len(), 1);
    let error = server.project().assign(TaskId(2), &[UserId(3)], Relation::Assignee).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn the_cap_counts_unpacked_bytes_to_the_byte() {
    let plain = Recording::read("03-api-keys/06-use-key-ok").answer;
    let len = plain.body.len();
    let packed = Answer { body: zipped(&plain.body).into(), ..plain.clone() }.with("content-encoding", "gzip");
    assert!(packed.body.len() < len);
    for answer in [plain, packed] {
        let server = Server::start(answer).await;
        for (max_body, fits) in [(len, true), (len - 1, false), (0, false)] {
            let client = Client::new(ClientConfig { max_body, ..server.config() }).unwrap();
            match project(&client).view().await {
                Ok(project) => assert!(fits && project.name == "Rec Demo"),
                Err(Error::TooLarge) => assert!(!fits),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn rubbish_that_claims_to_be_zipped_is_an_error() {
    let answer = Answer::json(200, "this is not gzip").with("content-encoding", "gzip");
    let server = Server::start(answer).await;
    let error = project(&server.client()).assign(TaskId(2), &[UserId(3)], Relation::Assignee).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}

/// UPS-11: 429 is told with its wait, for the caller to honour, and not asked again by itself.
#[tokio::test]
async fn ups_11_429_tells_how_long_to_wait() {
    for (header, wait) in [(Some("1"), Some(1)), (Some("120"), Some(120)), (None, None), (Some("soon"), None)] {
        let mut answer = Answer::json(429, r#"{"error": "429 Too Many Requests: 1 per 1 second"}"#);
        if let Some(value) = header {
            answer = answer.with("retry-after", value);
        }
        let server = Server::start(answer).await;
        for (call, _) in GOOD {
            let error = call.run(&server.project()).await.unwrap_err();
            assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
            assert_eq!(error.retry_after(), wait.map(Duration::from_secs), "{header:?}");
            assert!(error.is_outage());
            assert_eq!(server.seen().len(), 1);
        }
    }
}

#[tokio::test]
async fn ups_11_503_is_waited_for_as_long_as_it_says() {
    let busy = Answer::page(503, "<h1>503</h1>").with("retry-after", "1");
    let server = Server::start(busy.clone()).await;
    server.answers(vec![busy, Recording::read("03-api-keys/06-use-key-ok").answer]);
    let started = Instant::now();
    assert_eq!(server.project().view().await.unwrap().name, "Rec Demo");
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn ups_11_long_waits_are_the_callers_and_writes_are_never_repeated() {
    let server = Server::start(Answer::page(503, "busy").with("retry-after", "30")).await;
    let started = Instant::now();
    let error = server.project().view().await.unwrap_err();
    assert!(matches!(error, Error::Busy { status: 503, .. }), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(error.is_outage() && started.elapsed() < Duration::from_secs(5));
    assert_eq!(server.seen().len(), 1);
    for status in [502, 503, 504] {
        server.answer(Answer::page(status, "busy"));
        let error = Call::Assign.run(&server.project()).await.unwrap_err();
        assert!(matches!(error, Error::Busy { status: got, .. } if got == status), "{error:?}");
        assert_eq!(server.seen().len(), 1, "{status}");
        let error = Call::Runs.run(&server.project()).await.unwrap_err();
        assert!(matches!(error, Error::Busy { status: got, .. } if got == status), "{error:?}");
        assert_eq!(server.seen().len(), 3, "{status}");
    }
}

/// More calls at once than allowed wait for their place.
#[tokio::test]
async fn calls_at_once_are_bounded() {
    let manner = Manner::Drip(wire("03-api-keys/06-use-key-ok"), Duration::from_secs(60));
    let bare = Bare::start(vec![manner], LONG).await;
    let client = Client::new(ClientConfig { concurrency: 2, ..bare.config.clone() }).unwrap();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let project = project(&client);
            tokio::spawn(async move { project.view().await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(bare.requests(), 2);
    for call in calls {
        call.abort();
    }
}
