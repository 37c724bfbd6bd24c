//! Every address of the portal, typed, both ways. Nowhere else is one written.

use std::sync::OnceLock;

use portal_model::{
    api::{
        TaskSort, Whose,
        embed::{BELOW, FRAMED},
        tasks::{Dimension, NewTaskView, TaskFilter, TaskView, ViewFilter},
    },
    id::{AttributeId, FileId, LabelId, ModelRunId, SchemaId, TaskId},
    links::{Focus, encode},
    metrics::OVERLAP,
    results::{Against, ResultView},
    task::Tab,
};

mod compare;
mod explorer;
mod schema;

pub use compare::CompareView;
pub use explorer::{EXPLORER, ExplorerView, TileSize, files_query};
pub use schema::{in_schema, place_in_schema};

/// What every address begins with in a frame: `/embed/{host}`. Set once, when the page starts.
static BASE: OnceLock<String> = OnceLock::new();

/// Learns from the address where the page is: in a frame or at top level.
pub fn start(path: &str) {
    // A second time changes nothing.
    let _ = BASE.set(base_of(path).to_owned());
}

fn base_of(path: &str) -> &str {
    let Some(rest) = path.strip_prefix(BELOW) else { return "" };
    let (host, inside) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    // The window in which people of a frame sign in is at top level.
    if host.is_empty() || inside == "/signin" { "" } else { &path[..BELOW.len() + host.len()] }
}

/// What every address of the page and of the API begins with: `/embed/{host}` in a frame, nothing elsewhere (ADR 6).
pub fn base() -> &'static str {
    BASE.get().map_or("", String::as_str)
}

/// Whether the page is in a frame of a host app.
pub fn is_embedded() -> bool {
    !base().is_empty()
}

/// An address of the page or of the API, where the page is.
pub fn at(path: &str) -> String {
    format!("{}{path}", base())
}

/// Where an address is below [`base`].
pub fn inside(path: &str) -> &str {
    path.strip_prefix(base()).filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(path)
}

/// The same page at top level.
pub fn outside(path: &str) -> String {
    let inside = inside(path);
    match inside.strip_prefix("/inbox") {
        Some(rest) if !rest.starts_with('/') => format!("{INBOX}{rest}"),
        _ if inside.starts_with('/') => inside.to_owned(),
        _ => INBOX.to_owned(),
    }
}

/// The window in which people of a frame sign in.
pub fn signin_window(host: &str) -> String {
    format!("{BELOW}{host}/signin")
}

/// My tasks, where the page is.
pub fn inbox() -> String {
    if is_embedded() { at("/inbox") } else { INBOX.to_owned() }
}

/// My tasks, at top level.
pub const INBOX: &str = "/";
/// Shown after signing out.
pub const SIGNED_OUT: &str = "/signed-out";

/// The pages, by their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// [`INBOX`].
    Inbox,
    /// [`task`]; `None` for an id that is none.
    Task(Option<TaskId>),
    /// [`file`]; `None` for an id that is none. [`CompareView::path`] is told apart where it is shown: the first page knows
    /// nothing of it.
    File(Option<FileId>),
    /// [`NEXT`].
    Next,
    /// [`JOBS`].
    Jobs,
    /// [`ExplorerView::path`].
    Explorer,
    /// [`SCHEMAS`].
    Schemas,
    /// [`schema`] and [`in_schema`], one page; `None` for ids that are none.
    Schema(Option<SchemaId>),
    /// [`CHANGES`].
    Changes,
    /// [`READING`].
    Reading,
    /// [`HOSTS`].
    Hosts,
    /// A link of the portal, when the gateway did not lead on.
    Go,
    /// On to Diffgram, by what must come first.
    Open,
    /// Where the identity provider sends people back to.
    Callback,
    /// [`SIGNED_OUT`].
    SignedOut,
    /// [`signin_window`], with the host's id.
    Window(String),
}

/// The page of a path, where the page is; a slash at its end does not matter.
pub fn page(path: &str) -> Option<Page> {
    page_below(base(), path)
}

fn page_below(base: &str, path: &str) -> Option<Page> {
    let inside = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let mut parts = inside.split('/').filter(|part| !part.is_empty());
    let (first, second) = (parts.next(), parts.next());
    let framed = !base.is_empty();
    // A page that is not for frames must not get in by a link within the page either (EMB-02).
    if framed && first.is_some_and(|first| !FRAMED.contains(&first)) {
        return None;
    }
    let found = match (first, second) {
        (None, None) => Page::Inbox,
        // Any of them: the gateway said why.
        (Some("go"), Some(_)) => return Some(Page::Go),
        (Some("open"), None) => Page::Open,
        (Some("inbox"), None) if framed => Page::Inbox,
        (Some("embed"), Some(host)) if parts.next() == Some("signin") => Page::Window(host.to_owned()),
        (Some("tasks"), Some(id)) => Page::Task(id.parse().ok()),
        // By a key of the host app: the page of files reads it.
        (Some("files"), Some("key")) => return Some(Page::File(None)),
        (Some("files"), Some(id)) => Page::File(id.parse().ok()),
        (Some("next"), None) => Page::Next,
        (Some("jobs"), None) => Page::Jobs,
        (Some("explorer"), None) => Page::Explorer,
        (Some("signin"), Some("callback")) => Page::Callback,
        (Some("signed-out"), None) => Page::SignedOut,
        (Some("changes"), None) => Page::Changes,
        (Some("reading"), None) => Page::Reading,
        (Some("hosts"), None) => Page::Hosts,
        (Some("schemas"), None) => Page::Schemas,
        (Some("schemas"), Some(id)) => match (parts.next(), parts.next()) {
            (None, _) => Page::Schema(id.parse().ok()),
            // Which attribute is for the page: it stays when another one is opened.
            (Some("attributes"), Some(_)) => Page::Schema(id.parse().ok()),
            _ => return None,
        },
        _ => return None,
    };
    parts.next().is_none().then_some(found)
}

/// What "My tasks" shows; lives in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxView {
    /// Whose tasks: everyone's are for admins.
    pub whose: Whose,
    /// The folder.
    pub tab: Tab,
    /// The search.
    pub q: String,
    /// The order.
    pub sort: TaskSort,
    /// What must hold besides.
    pub filter: TaskFilter,
}

/// Names in addresses are those of the API.
const TABS: [(Tab, &str); 5] = [
    (Tab::Todo, "todo"),
    (Tab::SentBack, "sent_back"),
    (Tab::InReview, "in_review"),
    (Tab::Done, "done"),
    (Tab::All, "all"),
];
/// Longer searches are cut, in characters.
const LONGEST: usize = 200;
/// Everyone's tasks, in addresses.
const EVERYONE: &str = "whose=everyone";

/// The tab's name in addresses.
pub fn tab_name(tab: Tab) -> &'static str {
    TABS.iter().find(|(known, _)| *known == tab).map_or("todo", |(_, name)| name)
}

impl InboxView {
    /// Its address: what is as usual is left out.
    pub fn path(&self) -> String {
        let mut pairs = Vec::new();
        if self.whose == Whose::Everyone {
            pairs.push(EVERYONE.to_owned());
        }
        if self.tab != Tab::default() {
            pairs.push(format!("tab={}", tab_name(self.tab)));
        }
        if !self.q.is_empty() {
            pairs.push(format!("q={}", encode(&self.q)));
        }
        if self.sort != TaskSort::default() {
            pairs.push(format!("sort={}", self.sort.name()));
        }
        pairs.extend(self.filter.pairs().map(|(name, values)| format!("{name}={values}")));
        if pairs.is_empty() { inbox() } else { format!("{}?{}", inbox(), pairs.join("&")) }
    }

    /// From the parameters of an address; what makes no sense is as usual.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let tab = parameter("tab").and_then(|name| TABS.iter().find(|(_, known)| *known == name).map(|(tab, _)| *tab));
        let whose = if parameter("whose").as_deref() == Some("everyone") { Whose::Everyone } else { Whose::Mine };
        Self {
            whose,
            tab: tab.unwrap_or_default(),
            q: parameter("q").unwrap_or_default().chars().take(LONGEST).collect(),
            sort: parameter("sort").and_then(|name| TaskSort::from_name(&name)).unwrap_or_default(),
            filter: TaskFilter::read(parameter),
        }
    }

    /// The same as a question to the API, as `init.js` asks it; with the time zone where days matter.
    pub fn query(&self, zone: impl FnOnce() -> String) -> String {
        let mut query = format!("tab={}&q={}&sort={}", tab_name(self.tab), encode(&self.q), self.sort.name());
        if self.whose == Whose::Everyone {
            query.push('&');
            query.push_str(EVERYONE);
        }
        for (name, values) in self.filter.pairs() {
            query.push_str(&format!("&{name}={}", encode(&values)));
        }
        if self.filter.asks_for_days() {
            query.push_str(&format!("&tz={}", encode(&zone())));
        }
        query
    }

    /// Whether only the folder decides what is in the list.
    pub fn is_plain(&self) -> bool {
        self.q.is_empty() && self.filter.is_empty()
    }

    /// What a saved view shows, of these tasks: views say what is shown, not whose. What a newer portal wrote into it and this one
    /// does not know is left out.
    pub fn of(view: &TaskView, whose: Whose) -> Self {
        let mut filter = TaskFilter::default();
        for one in &view.filter {
            filter.put(one.dimension, &one.value);
        }
        Self { tab: view.tab, q: view.q.clone(), sort: view.sort, filter, whose }
    }

    /// The same to be saved, with the names that things have now.
    pub fn named(&self, name: String, name_of: impl Fn(Dimension, &str) -> String) -> NewTaskView {
        let filter = self.filter.iter().map(|(dimension, value)| ViewFilter {
            dimension,
            value: value.to_owned(),
            name: name_of(dimension, value),
        });
        NewTaskView { name, tab: self.tab, q: self.q.clone(), sort: self.sort, filter: filter.collect() }
    }
}

/// A task's page.
pub fn task(id: TaskId, frame: Option<u32>) -> String {
    match frame {
        Some(frame) => at(&format!("/tasks/{id}?frame={frame}")),
        None => at(&format!("/tasks/{id}")),
    }
}

/// What of a task or a file is in focus, from the parameters of its address.
pub fn focus(parameter: impl Fn(&str) -> Option<String>) -> Focus {
    Focus::read(parameter)
}

/// A file's page.
pub fn file(id: FileId) -> String {
    at(&format!("/files/{id}"))
}

/// The key in an address `/files/key/{key}`, percent-encoded as it stands there.
pub fn file_key(path: &str) -> Option<&str> {
    inside(path).strip_prefix("/files/key/").map(|rest| rest.trim_end_matches('/')).filter(|key| !key.is_empty())
}

/// A file's page, showing this of it: what is as usual is left out.
pub fn file_showing(id: FileId, view: &ResultView, frame: Option<u32>) -> String {
    let mut pairs = Vec::new();
    if let Some(run) = view.run {
        pairs.push(format!("run={run}"));
    }
    if view.least > 0.0 {
        // In hundredths, as the control moves.
        pairs.push(format!("score={}", hundredths(view.least)));
    }
    if !view.off.is_empty() {
        pairs.push(format!("off={}", view.off.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")));
    }
    match view.against {
        None => {}
        Some(Against::People) => pairs.push("against=people".to_owned()),
        Some(Against::Run(run)) => pairs.push(format!("against={run}")),
    }
    if view.against.is_some() && view.overlap != OVERLAP {
        pairs.push(format!("iou={}", hundredths(view.overlap)));
    }
    if let Some(frame) = frame {
        pairs.push(format!("frame={frame}"));
    }
    if pairs.is_empty() { file(id) } else { format!("{}?{}", file(id), pairs.join("&")) }
}

/// A share from 0 to 1, in hundredths.
pub fn hundredths(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
    let whole = (share.clamp(0.0, 1.0) * 100.0).round() as u8;
    whole
}

/// What a file's page shows, from the parameters of its address; what makes no sense is as usual.
pub fn result_view(parameter: impl Fn(&str) -> Option<String>) -> ResultView {
    let least = parameter("score").and_then(|text| text.parse::<u8>().ok()).filter(|score| *score <= 100);
    let off = parameter("off").unwrap_or_default();
    let overlap = parameter("iou").and_then(|text| text.parse::<u8>().ok()).filter(|iou| (30..=95).contains(iou));
    ResultView {
        against: match parameter("against").as_deref() {
            Some("people") => Some(Against::People),
            run => run.and_then(|text| text.parse().ok()).map(|id| Against::Run(ModelRunId(id))),
        },
        overlap: overlap.map_or(OVERLAP, |iou| f64::from(iou) / 100.0),
        run: parameter("run").and_then(|text| text.parse().ok()).map(ModelRunId),
        least: f64::from(least.unwrap_or_default()) / 100.0,
        off: off.split(',').filter_map(|text| text.parse().ok()).map(LabelId).collect(),
        ..ResultView::default()
    }
}

/// The schemas that can be edited.
pub const SCHEMAS: &str = "/schemas";

/// A schema's page.
pub fn schema(id: SchemaId) -> String {
    at(&format!("{SCHEMAS}/{id}"))
}

/// The editor of an attribute.
pub fn attribute(schema: SchemaId, id: AttributeId) -> String {
    at(&format!("{SCHEMAS}/{schema}/attributes/{id}"))
}

/// Takes the next task, of a job with `?job=`, when its button is pressed.
pub const NEXT: &str = "/next";

/// What admins say of jobs.
pub const JOBS: &str = "/jobs";

/// Who changed what.
pub const CHANGES: &str = "/changes";
/// How far Diffgram has been read, for admins.
pub const READING: &str = "/reading";
/// The apps that have the portal in a frame, for admins.
pub const HOSTS: &str = "/hosts";

/// Who changed what, from this line on.
pub fn change(line: i64) -> String {
    format!("{CHANGES}?line={line}")
}

/// The line that an address of [`CHANGES`] begins with.
pub fn change_line(parameter: impl Fn(&str) -> Option<String>) -> Option<i64> {
    parameter("line")?.parse().ok().filter(|line| (1..i64::MAX).contains(line))
}

#[cfg(test)]
mod tests {
    use portal_model::links::Landing;

    use super::*;

    /// The parameter of that name in an address.
    pub fn parameter(path: &str, name: &str) -> Option<String> {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        let bytes: Vec<u8> = {
            let mut bytes = Vec::new();
            let mut rest = value.bytes();
            while let Some(byte) = rest.next() {
                let hex = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).unwrap() as u8;
                bytes.push(if byte == b'%' { hex(rest.next()) * 16 + hex(rest.next()) } else { byte });
            }
            bytes
        };
        String::from_utf8(bytes).ok()
    }

    fn back(path: &str) -> InboxView {
        InboxView::read(|name| parameter(path, name))
    }

    #[test]
    fn the_address_says_whether_the_page_is_in_a_frame() {
        for (path, base) in [
            ("/", ""),
            ("/tasks/1", ""),
            ("/embed", ""),
            ("/embed/", ""),
            ("/embed//inbox", ""),
            ("/embed/shop", "/embed/shop"),
            ("/embed/shop/", "/embed/shop"),
            ("/embed/shop/tasks/1", "/embed/shop"),
            ("/embed/shop/signin", ""),
            ("/embedded/shop", ""),
        ] {
            assert_eq!(base_of(path), base, "{path}");
        }
        let framed = |path| page_below("/embed/shop", path);
        for path in ["/embed/shop", "/embed/shop/", "/embed/shop/inbox"] {
            assert_eq!(framed(path), Some(Page::Inbox), "{path}");
        }
        assert_eq!(framed("/embed/shop/tasks/12"), Some(Page::Task(Some(TaskId(12)))));
        for path in [
            "/",
            "/tasks/12",
            "/embed/shopping/inbox",
            "/embed/shop/signin/callback",
            "/embed/shop/changes",
            "/embed/shop/hosts",
            "/embed/shop/jobs",
            "/embed/shop/embed/x/signin",
        ] {
            assert_eq!(framed(path), None, "EMB-02: {path}");
        }
        assert_eq!(outside("/inbox?tab=all"), "/?tab=all");
        assert_eq!(
            (outside("/tasks/1").as_str(), outside("").as_str(), inside("/tasks/1")),
            ("/tasks/1", "/", "/tasks/1")
        );
    }

    fn filter(values: &[(Dimension, &str)]) -> TaskFilter {
        let mut filter = TaskFilter::default();
        assert!(values.iter().all(|(dimension, value)| filter.put(*dimension, value)));
        filter
    }

    #[test]
    fn filters_stand_in_the_address_by_stable_names_and_the_time_zone_only_in_the_question() {
        let view = InboxView {
            tab: Tab::All,
            filter: filter(&[(Dimension::Status, "in_progress"), (Dimension::Job, "7"), (Dimension::Age, "day")]),
            ..InboxView::default()
        };
        assert_eq!(view.path(), "/?tab=all&job=7&status=in_progress&age=day");
        let zone = || "Europe/Berlin".to_owned();
        assert_eq!(view.query(zone), "tab=all&q=&sort=newest&job=7&status=in_progress&age=day&tz=Europe%2FBerlin");
        // As the gateway announces it to the browser (`page::FIRST_QUESTIONS`).
        assert_eq!(InboxView::default().query(zone), "tab=todo&q=&sort=newest");
        assert!(InboxView::default().is_plain() && !view.is_plain());
    }

    #[test]
    fn a_view_comes_back_as_what_was_saved_with_the_names_of_then() {
        let view = InboxView {
            q: "coins".into(),
            filter: filter(&[(Dimension::Job, "7"), (Dimension::Job, "12")]),
            ..InboxView::default()
        };
        let saved = view.named("Mine".into(), |_, value| format!("job {value}"));
        assert_eq!(saved.filter.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["job 12", "job 7"]);
        let NewTaskView { name, tab, q, sort, filter } = saved;
        let stored = TaskView { id: "x".into(), name, tab, q, sort, filter, pinned: false, mine: true };
        assert_eq!(InboxView::of(&stored, Whose::Mine), view);
        let of_all = InboxView { whose: Whose::Everyone, ..view };
        assert_eq!(InboxView::of(&stored, Whose::Everyone), of_all);
        assert_eq!(of_all.query(String::new), "tab=todo&q=coins&sort=newest&whose=everyone&job=12%2C7");
    }

    #[test]
    fn what_a_file_shows_reads_back() {
        let usual = ResultView::default();
        for view in [
            usual.clone(),
            ResultView { run: Some(ModelRunId(3)), least: 0.6, off: [LabelId(1), LabelId(7)].into(), ..usual.clone() },
            ResultView { against: Some(Against::People), overlap: 0.75, ..usual.clone() },
            ResultView { against: Some(Against::Run(ModelRunId(4))), ..usual.clone() },
        ] {
            let address = file_showing(FileId(9), &view, None);
            assert_eq!(result_view(|name| parameter(&address, name)), view, "{address}");
        }
        let odd = result_view(|name| parameter("/files/9?against=everybody&iou=7&score=101", name));
        assert_eq!(odd, usual);
    }

    #[test]
    fn every_address_reads_back() {
        assert_eq!(InboxView::default().path(), "/");
        for view in [
            InboxView { tab: Tab::Done, q: "café & <b> #1?".into(), sort: TaskSort::Job, ..InboxView::default() },
            InboxView {
                tab: Tab::SentBack,
                sort: TaskSort::NameBack,
                filter: filter(&[(Dimension::Job, "7"), (Dimension::Job, "12"), (Dimension::Due, "overdue")]),
                ..InboxView::default()
            },
            InboxView { tab: Tab::InReview, ..InboxView::default() },
            InboxView { whose: Whose::Everyone, filter: filter(&[(Dimension::Job, "7")]), ..InboxView::default() },
            InboxView { q: "a b".into(), ..InboxView::default() },
        ] {
            assert_eq!(back(&view.path()), view, "{}", view.path());
        }
        for (path, shows) in [
            (INBOX.to_owned(), Page::Inbox),
            (task(TaskId(12), None), Page::Task(Some(TaskId(12)))),
            ("/tasks/x/".to_owned(), Page::Task(None)),
            (file(FileId(3)), Page::File(Some(FileId(3)))),
            (CompareView::read(|_| None).path(), Page::File(None)),
            (SIGNED_OUT.to_owned(), Page::SignedOut),
            (portal_model::api::path::SIGNIN_CALLBACK.to_owned(), Page::Callback),
        ] {
            assert_eq!(page(&path), Some(shows), "{path}");
        }
        assert_eq!(page(&signin_window("shop")), Some(Page::Window("shop".into())));
        for nowhere in [
            "/inbox",
            "/embed/shop",
            "/embed/shop/inbox",
            "/embed/shop/signin/x",
            "/tasks",
            "/tasks/1/2",
            "/nowhere",
            "/signin",
            "/signed-out/x",
        ] {
            assert_eq!(page(nowhere), None, "{nowhere}");
        }
        assert_eq!(back("/?tab=nonsense&sort=up"), InboxView::default());
        assert_eq!(task(TaskId(12), Some(3)), "/tasks/12?frame=3");
        assert_eq!(page(SCHEMAS), Some(Page::Schemas));
        assert_eq!(page(&schema(SchemaId(2))), Some(Page::Schema(Some(SchemaId(2)))));
        assert_eq!(page(&attribute(SchemaId(2), AttributeId(9))), Some(Page::Schema(Some(SchemaId(2)))));
        assert_eq!(page("/schemas/2/attributes/x"), Some(Page::Schema(Some(SchemaId(2)))), "the page tells");
        assert_eq!(page("/schemas/x/attributes/1"), Some(Page::Schema(None)));
        assert_eq!(page("/schemas/2/labels/1"), None);
        assert_eq!(page("/go/task/12/frame/3"), Some(Page::Go));
        assert_eq!(page("/go"), None);
        for landing in [
            (Landing::Task(TaskId(12), Focus::default()), Page::Task(Some(TaskId(12)))),
            (Landing::File(FileId(3), Focus::default()), Page::File(Some(FileId(3)))),
            (Landing::Attribute(SchemaId(2), AttributeId(9)), Page::Schema(Some(SchemaId(2)))),
            (Landing::Tasks("a".into()), Page::Inbox),
            (Landing::Files("a".into()), Page::Explorer),
            (Landing::Open { to: "a".into(), first: None }, Page::Open),
        ] {
            let path = landing.0.path();
            let path = path.split('?').next().unwrap_or_default();
            assert_eq!(page(path), Some(landing.1), "where the gateway leads to: {path}");
        }
        assert_eq!(page("/files/key/a%2Fb.jpg"), Some(Page::File(None)));
        assert_eq!(
            [file_key("/files/key/a%2Fb.jpg"), file_key("/files/12"), file_key("/files/key/")],
            [Some("a%2Fb.jpg"), None, None]
        );
        assert_eq!((page(CHANGES), page(READING)), (Some(Page::Changes), Some(Page::Reading)));
        assert_eq!((page(HOSTS), page("/hosts/shop")), (Some(Page::Hosts), None));
        assert_eq!(page_below("/embed/shop", "/embed/shop/hosts"), None, "not in frames");
        assert_eq!((page(NEXT), page(JOBS)), (Some(Page::Next), Some(Page::Jobs)));
        assert_eq!((page("/next/5"), page("/jobs/5")), (None, None));
        let line = |text: &str| change_line(|name| (name == "line").then(|| text.to_owned()));
        assert_eq!(change(7), "/changes?line=7");
        assert_eq!(["7", "0", "-1", "x", "9223372036854775807"].map(line), [Some(7), None, None, None, None]);
    }
}
