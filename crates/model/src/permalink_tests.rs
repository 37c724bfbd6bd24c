//! Every way into Diffgram as a table, and what holds for all of them.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn origin() -> DiffgramOrigin {
    DiffgramOrigin::parse("https://diffgram.your_domain.com/").expect("an origin")
}

fn project() -> ProjectId {
    ProjectId("acme-vision".into())
}

/// One of each, with what people call it.
fn all() -> Vec<(&'static str, Target)> {
    let p = project;
    vec![
        ("Task", Target::Task(TaskId(12))),
        ("Task, read only", Target::ReadOnly(TaskId(12))),
        ("Frame of a video task", Target::Frame(TaskId(12), 3)),
        ("Annotation", Target::Annotation(TaskId(12), None)),
        ("Annotation on a frame", Target::Annotation(TaskId(12), Some(3))),
        ("Answer to a question", Target::Answer(TaskId(12))),
        ("Issue within a task", Target::TaskIssue(TaskId(12))),
        ("File", Target::File(p(), FileId(7))),
        ("Frame of a video", Target::FileFrame(p(), FileId(7), 3)),
        ("Dataset", Target::Dataset(p(), DatasetId(4))),
        ("Explorer of a dataset", Target::Explorer(p(), DatasetId(4))),
        ("Schema", Target::Schema(p(), SchemaId(2))),
        ("Attribute", Target::Attribute(p(), SchemaId(2), AttributeId(9))),
        ("Job", Target::Job(p(), JobId(5))),
        ("Issue", Target::Issue(p(), IssueId(6))),
        ("Issues", Target::Issues(p())),
        ("Reports", Target::Reports(p())),
        ("Report", Target::Report(p(), ReportId(8))),
        ("Connections", Target::Connections(p())),
        ("Workflows", Target::Workflows(p())),
        ("Workflow", Target::Workflow(p(), WorkflowId(3))),
        ("Export of a task", Target::Export(p(), TaskId(12))),
        ("Results of a query", Target::Query),
        ("Model run", Target::ModelRun),
        ("Next task", Target::NextTask),
    ]
}

/// A target of every kind, with these ids and this project.
fn with(project: &ProjectId, id: i64, frame: u32) -> Vec<Target> {
    let p = || project.clone();
    vec![
        Target::Task(TaskId(id)),
        Target::ReadOnly(TaskId(id)),
        Target::Frame(TaskId(id), frame),
        Target::Annotation(TaskId(id), Some(frame)),
        Target::Answer(TaskId(id)),
        Target::TaskIssue(TaskId(id)),
        Target::File(p(), FileId(id)),
        Target::FileFrame(p(), FileId(id), frame),
        Target::Dataset(p(), DatasetId(id)),
        Target::Explorer(p(), DatasetId(id)),
        Target::Schema(p(), SchemaId(id)),
        Target::Attribute(p(), SchemaId(id), AttributeId(id)),
        Target::Job(p(), JobId(id)),
        Target::Issue(p(), IssueId(id)),
        Target::Issues(p()),
        Target::Reports(p()),
        Target::Report(p(), ReportId(id)),
        Target::Connections(p()),
        Target::Workflows(p()),
        Target::Workflow(p(), WorkflowId(id)),
        Target::Export(p(), TaskId(id)),
    ]
}

/// The table as `docs/links.md` shows it.
fn table() -> String {
    let mut table =
        "| what | link below `https://diffgram.your_domain.com` | what Diffgram does | who may open it |\n|---|---|---|---|\n"
            .to_owned();
    for (name, target) in all() {
        let link = target.path().map_or_else(|| "none".to_owned(), |path| format!("`{path}`"));
        let lands = match target.lands() {
            Lands::There => "lands there".to_owned(),
            Lands::OnTheTask => "opens the task; the place itself is not selected".to_owned(),
            Lands::OnTheSchema => "opens the schema; the question itself is not opened".to_owned(),
            Lands::NeedsProject => {
                let first = |task| target.first(task).and_then(|first| first.path()).expect("a page that comes first");
                format!(
                    "lands only where the project is the current one; `{}` or `{}` comes first",
                    first(Some(TaskId(12))),
                    first(None)
                )
            }
            Lands::Nowhere(Missing::QueryIsLost) => "Diffgram's page forgets the query and runs its own".to_owned(),
            Lands::Nowhere(Missing::NoSuchPage) => "Diffgram has no page for it".to_owned(),
            Lands::Nowhere(Missing::OnlyInThePortal) => "only the portal has one: `/go/next`".to_owned(),
        };
        let needs = match (target.needs(), target.lands()) {
            (_, Lands::Nowhere(_)) => "",
            (Needs::Member, _) => "everybody on the project",
            (Needs::Editor, _) => "Editor, admin",
            (Needs::Admin, _) => "admin",
        };
        writeln!(table, "| {name} | {link} | {lands} | {needs} |").expect("a line");
    }
    table
}

/// `PORTAL_UPDATE=1 cargo test -p portal-model permalink` writes the table anew.
#[test]
fn the_table_in_the_docs_is_the_table() {
    const MARK: &str = "<!-- from permalink.rs -->\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/links.md");
    let page = std::fs::read_to_string(&path).expect("docs/links.md");
    let (before, rest) = page.split_once(MARK).expect("the mark before the table");
    let (shown, after) = rest.split_once("\n\n").expect("an empty line after the table");
    if std::env::var_os("PORTAL_UPDATE").is_some() {
        let table = table();
        std::fs::write(&path, format!("{before}{MARK}{}\n\n{after}", table.trim_end())).expect("written");
        return;
    }
    assert_eq!(shown, table().trim_end(), "run: PORTAL_UPDATE=1 cargo test -p portal-model permalink");
}

#[test]
fn a_link_says_which_task_it_opens() {
    let how = TaskLink { read_only: true, frame: Some(3) };
    assert_eq!(task_of(&origin(), &task(&origin(), TaskId(12), how)), Some(TaskId(12)));
    assert_eq!(task_of(&origin(), "https://diffgram.your_domain.com/task/x"), None);
    assert_eq!(task_of(&origin(), "https://evil.example/task/12"), None);
}

#[test]
fn the_two_ways_to_a_task_agree() {
    let link = |how| task(&origin(), TaskId(12), how);
    assert_eq!(Target::Task(TaskId(12)).link(&origin()), Some(link(TaskLink::default())));
    let read_only = TaskLink { read_only: true, frame: None };
    assert_eq!(Target::ReadOnly(TaskId(12)).link(&origin()), Some(link(read_only)));
    let framed = TaskLink { read_only: false, frame: Some(0) };
    assert_eq!(Target::Frame(TaskId(12), 0).link(&origin()), Some(link(framed)));
    assert_eq!(
        link(TaskLink { read_only: true, frame: Some(5) }),
        "https://diffgram.your_domain.com/task/12?view_only=true&frame=5"
    );
}

#[test]
fn what_needs_a_project_has_a_page_that_sets_it_and_nothing_else_has() {
    for (name, target) in all() {
        let first = target.first(Some(TaskId(12)));
        assert_eq!(first.is_some(), target.lands() == Lands::NeedsProject, "{name}");
        if let Some(first) = first.into_iter().chain(target.first(None)).find(|first| first.lands() != Lands::There) {
            panic!("{name}: {first:?} does not land itself");
        }
        assert_eq!(target.link(&origin()).is_none(), matches!(target.lands(), Lands::Nowhere(_)), "{name}");
    }
}

#[test]
fn origins_have_no_path_user_or_other_scheme() {
    for bad in [
        "diffgram.example.com",
        "javascript:alert(1)",
        "https://",
        "https://a/b",
        "https://a@b",
        "https://a?b",
        "https://a#b",
        "https://a b",
        "//a",
    ] {
        assert!(DiffgramOrigin::parse(bad).is_err(), "{bad}");
    }
    assert!(DiffgramOrigin::parse("http://127.0.0.1:8461").is_ok());
}

#[test]
fn hostile_projects_and_ids_make_no_link() {
    let names = [
        "",
        "abc",
        "../..",
        "a/b/c",
        "a?b=c",
        "acme#x",
        "acme vision",
        "acme\nvision",
        "acme%2f",
        "//evil.example",
        "acme\\x",
        "äcme-vision",
        "@evil",
        "acme:80",
        "a-name-that-is-longer-than-thirty",
    ];
    for name in names {
        let name = ProjectId(name.to_owned());
        for target in with(&name, 1, 0).iter().filter(|target| target.project().is_some()) {
            assert_eq!(target.link(&origin()), None, "{target:?}");
        }
    }
    for id in [0, -1, i64::MIN] {
        for target in with(&project(), id, 0).iter().filter(|target| !target.ids().is_empty()) {
            assert_eq!(target.link(&origin()), None, "{target:?}");
        }
    }
}

#[test]
fn oidc_28_only_our_own_links_are_forwarded_to() {
    for (name, target) in all() {
        if let Some(link) = target.link(&origin()) {
            assert!(is_ours(&origin(), &link), "{name}: {link}");
        }
    }
    for bad in [
        "",
        "/task/12",
        "https://diffgram.your_domain.com",
        "https://diffgram.your_domain.com/",
        "https://diffgram.your_domain.com/task/12/",
        "https://diffgram.your_domain.com/task/12#x",
        "https://diffgram.your_domain.com/task/12?frame=01",
        "https://diffgram.your_domain.com/task/12?frame=1&frame=2",
        "https://diffgram.your_domain.com/task/12?frame=99999999999",
        "https://diffgram.your_domain.com/task/012",
        "https://diffgram.your_domain.com/task/１２",
        "https://diffgram.your_domain.com/task/12?redirect=//evil.example",
        "https://diffgram.your_domain.com/user/login?redirect=/task/12",
        "https://diffgram.your_domain.com/api/v1/user/logout",
        "https://diffgram.your_domain.com/studio/annotate/../x?file=1",
        "https://diffgram.your_domain.com/studio/annotate/acme-vision?file=1&x=2",
        "https://diffgram.your_domain.com.evil.example/task/12",
        "https://diffgram.your_domain.com@evil.example/task/12",
        "https://diffgram.your_domain.com//evil.example/task/12",
        "https://diffgram.your_domain.com\\@evil.example/task/12",
        "HTTPS://diffgram.your_domain.com/task/12",
        "https://evil.example/task/12",
        "//diffgram.your_domain.com/task/12",
        "javascript:alert(1)",
        "https://diffgram.your_domain.com/task/12\r\nlocation: https://evil.example",
    ] {
        assert!(!is_ours(&origin(), bad), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn links_never_leave_the_host_and_hold_nothing_odd(
        id in 1..i64::MAX, frame: u32, name in "[a-zA-Z0-9_-]{4,30}"
    ) {
        for target in with(&ProjectId(name), id, frame) {
            let link = target.link(&origin()).expect("a link");
            let rest = link.strip_prefix("https://diffgram.your_domain.com/").expect("on the host");
            prop_assert!(!rest.starts_with(['/', '\\']), "{link}");
            prop_assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/:.?&=".contains(&b)), "{link}");
            prop_assert!(!rest.contains("//") && !rest.contains(".."), "{link}");
            prop_assert!(is_ours(&origin(), &link), "{link}");
        }
    }

    #[test]
    fn whatever_is_forwarded_to_is_on_the_host(path in "\\PC{0,60}") {
        let link = format!("https://diffgram.your_domain.com{path}");
        if is_ours(&origin(), &link) {
            prop_assert!(path.starts_with('/'), "{}", link);
            prop_assert!(!path.starts_with("//"), "{}", link);
        }
    }
}
