//! Issues and comments, with what people and programs really send: HTML is stored as it came (recorded `12-discussions`).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Inner, Shared, auth, crash,
    data::World,
    lock, object, ok,
    project::early,
    refuse,
    shapes::{fill, shape, time},
};
use crate::people::{PEOPLE, Person};

const ROLES: &[&str] = &["admin", "Editor", "annotator"];

/// What an issue is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Task(i64),
    File(i64),
    Job(i64),
    /// An instance and the file it is on.
    Instance(i64, i64),
}

pub(super) struct Comment {
    author: Option<i64>,
    content: &'static str,
    created: Timestamp,
    edited: Option<Timestamp>,
}

pub(super) struct Issue {
    id: i64,
    project: usize,
    title: String,
    description: String,
    open: bool,
    /// A person; keys are none.
    author: Option<i64>,
    frame: Option<u32>,
    created: Timestamp,
    places: Vec<Place>,
    comments: Vec<Comment>,
}

fn user(id: Option<i64>) -> Value {
    let person = id.and_then(|id| PEOPLE.iter().find(|person| person.user_id() == id));
    person.map_or(Value::Null, |person| {
        json!({
            "first_name": person.first, "id": person.user_id(), "last_name": person.last, "profile_image_thumb_url": null,
            "username": person.user_id().to_string(),
        })
    })
}

/// As lists have it: without what it is attached to.
fn row(inner: &Inner, issue: &Issue) -> Value {
    fill(
        shape("issue"),
        json!({
            "id": issue.id, "title": issue.title, "description": issue.description, "user": user(issue.author),
            "status": if issue.open { "open" } else { "closed" }, "created_time": time::http(issue.created),
            "marker_frame_number": issue.frame, "member_created_id": issue.author.map_or(90, |id| id + 100),
            "project_id": inner.world.projects[issue.project].number,
        }),
    )
}

fn element(inner: &Inner, issue: &Issue, n: usize, place: Option<Place>) -> Value {
    let (kind, key, id, instance) = match place {
        None => ("project", "project_id", inner.world.projects[issue.project].number, Value::Null),
        Some(Place::Task(id)) => ("task", "task_id", id, Value::Null),
        Some(Place::File(id)) => ("file", "file_id", id, Value::Null),
        Some(Place::Job(id)) => ("job", "job_id", id, Value::Null),
        Some(Place::Instance(id, file)) => {
            ("instance", "instance_id", id, fill(shape("instance"), json!({"id": id, "root_id": id, "file_id": file})))
        }
    };
    let mut values = json!({
        "id": issue.id * 10 + n as i64, "discussion_id": issue.id, "created_time": time::http(issue.created), "type": kind,
        "task_id": null, "instance": instance,
    });
    values[key] = json!(id);
    fill(shape("issue_element"), values)
}

pub(super) async fn list(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let roles = ["admin", "Editor", "annotator", "allow_if_project_is_public"];
        let (project, _) = auth::project(&inner, &headers, &p, &roles)?;
        let body = object(&body)?;
        let mut wanted = Vec::new();
        for (key, place) in
            [("task_id", Place::Task as fn(i64) -> Place), ("file_id", Place::File), ("job_id", Place::Job)]
        {
            match &body[key] {
                Value::Null => {}
                value => wanted.push(place(value.as_i64().ok_or_else(|| refuse(&[(key, "Must be an int")]))?)),
            }
        }
        let status = body["status"].as_str();
        let mut list = Vec::new();
        for issue in inner.world.issues.iter().filter(|issue| issue.project == project) {
            if status.is_some_and(|status| (status == "open") != issue.open) {
                continue;
            }
            // The filters are or-ed, and a row comes once for each that matches.
            let times = if wanted.is_empty() { 1 } else { issue.places.iter().filter(|p| wanted.contains(p)).count() };
            list.extend((0..times).map(|_| row(&inner, issue)));
        }
        Ok(ok(&json!({"issues": list})))
    })())
}

pub(super) async fn detail(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, ROLES)?;
        let id: i64 = id.parse().unwrap_or_default();
        let issue = inner.world.issues.iter().find(|issue| issue.id == id);
        let issue = issue.ok_or_else(|| crash("'NoneType' object has no attribute 'project_id'"))?;
        if issue.project != project {
            return Err(refuse(&[("project_id", "Wrong project ID provided.")]));
        }
        let mut wire = row(&inner, issue);
        let places = std::iter::once(None).chain(issue.places.iter().copied().map(Some));
        let elements: Vec<Value> = places.enumerate().map(|(n, place)| element(&inner, issue, n, place)).collect();
        wire["attached_elements"] = json!(elements);
        Ok(ok(&json!({"issue": wire})))
    })())
}

pub(super) async fn comments(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, ROLES)?;
        object(&body)?;
        let id: i64 = id.parse().unwrap_or_default();
        // One of another project, and one that does not exist, have none.
        let issue = inner.world.issues.iter().find(|issue| issue.id == id && issue.project == project);
        let list: Vec<Value> = issue
            .into_iter()
            .flat_map(|issue| &issue.comments)
            .enumerate()
            .map(|(n, comment)| {
                let member = comment.author.map_or(90, |id| id + 100);
                fill(
                    shape("comment"),
                    json!({
                        "id": id * 100 + n as i64, "discussion_id": id, "content": comment.content, "user": user(comment.author),
                        "member_created_id": member, "member_updated_id": member, "time_created": time::http(comment.created),
                        "time_updated": comment.edited.map(time::http),
                    }),
                )
            })
            .collect();
        Ok(ok(&json!({"comments": list})))
    })())
}

/// Adds an issue as somebody at Diffgram does, on a task and its file.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIssue {
    /// On which task.
    pub task: i64,
    /// What it is called.
    pub title: String,
    /// What it says: HTML.
    pub description: String,
}

impl World {
    fn issue(&mut self, task: i64, title: &str, description: &str, who: Option<i64>) -> Option<&mut Issue> {
        let (project, file, job) = self.tasks.get(&task).map(|task| (task.project, task.file, task.job))?;
        let (id, created) = (self.issues.len() as i64 + 1, self.ago(SignedDuration::from_hours(50)));
        let hours = SignedDuration::from_hours(id);
        self.issues.push(Issue {
            id,
            project,
            title: title.to_owned(),
            description: description.to_owned(),
            open: true,
            author: who,
            frame: None,
            created: created.checked_add(hours).unwrap_or(created),
            // As Diffgram's page attaches them.
            places: vec![Place::Task(task), Place::File(file), Place::Job(job)],
            comments: Vec::new(),
        });
        self.issues.last_mut()
    }

    /// Somebody opens an issue now; answers its id.
    pub(super) fn open_issue(&mut self, new: &NewIssue) -> i64 {
        let rita = Person::by_email("rita@acme.example").map(Person::user_id);
        let now = Timestamp::now();
        self.issue(new.task, &new.title, &new.description, rita).map_or(0, |issue| {
            issue.created = now;
            issue.id
        })
    }

    /// Somebody closes an issue.
    pub(super) fn close_issue(&mut self, id: i64) {
        if let Some(issue) = self.issues.iter_mut().find(|issue| issue.id == id) {
            issue.open = false;
        }
    }

    /// The demo's issues: on tasks of Ana and Ben, one by a program, one closed, some that try things.
    pub(super) fn make_issues(&mut self) {
        let id = |email: &str| Person::by_email(email).map(Person::user_id);
        let (ana, ben, rita) = (id("ana@acme.example"), id("ben@acme.example"), id("rita@acme.example"));
        let ago = |hours| Timestamp::now().checked_sub(SignedDuration::from_hours(hours)).unwrap_or_default();
        let say = |author, content, hours| Comment { author, content, created: ago(hours), edited: None };
        // The one that was sent back.
        if let Some(issue) = self.issue(
            1_007,
            "Boxes are too wide",
            "<p>The boxes reach over the <b>edge</b> of what they are around.</p><ul><li>left side</li><li>bottom</li></ul>",
            rita,
        ) {
            issue.comments = vec![
                say(ana, "<p>Which ones exactly?</p>", 20),
                say(rita, "<p>The two at the left. Please draw them close to the outline, see <a href=\"https://docs.example.com/boxes?a=1&amp;b=2\">the guide</a>.</p>", 3),
            ];
            issue.comments[0].edited = Some(ago(19));
        }
        if let Some(issue) = self.issue(
            1_002,
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script><p onclick=\"alert(1)\" style=\"position:fixed;inset:0\">Is this <i>one</i> person or two?</p>\
             <img src=\"https://evil.example/pixel.png\" alt=\"the left door\" onerror=\"alert(1)\"><a href=\"javascript:alert(1)\">more</a>",
            ben,
        ) {
            issue.comments = vec![say(None, "<p>Checked by a program: <code>2 &lt; 3</code></p><svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>", 5)];
        }
        // By a program, and on the file alone.
        if let Some(issue) =
            self.issue(1_002, "Twice in this dataset", "<p>The same picture is in <code>coins-a</code>.</p>", None)
        {
            issue.places.retain(|place| matches!(place, Place::File(_)));
        }
        if let Some(issue) = self.issue(1_003, "Wrong class", "<p>Was a cup, is a bowl.</p>", ana) {
            issue.open = false;
        }
        // On one annotation, and nothing else.
        if let Some(issue) = self.issue(1_004, "Is this one needed?", "<p>It is hardly to be seen.</p>", rita) {
            let file = issue.places.iter().find_map(|p| if let Place::File(id) = p { Some(*id) } else { None });
            issue.places = file.map(|file| Place::Instance(file * 1000, file)).into_iter().collect();
        }
        // On a frame of a clip.
        if let Some(issue) = self.issue(1_010, "The cup is missing here", "<p>From here on nobody drew it.</p>", rita) {
            issue.frame = Some(48);
        }
        // On the whole job: nobody's task has it.
        if let Some(issue) = self.issue(1_001, "When is this due?", "<p>Next week?</p>", ben) {
            issue.places.retain(|place| matches!(place, Place::Job(_)));
        }
        self.issue(1_011, "Only about Ben's task", "<p>Not for others.</p>", rita);
        // Of the other project, on a task of this one: Diffgram does not look.
        let foreign = self.tasks.values().find(|task| task.project == 1).map(|task| task.id);
        if let Some(issue) = foreign.and_then(|task| self.issue(task, "From another project", "<p>intruder</p>", None))
        {
            issue.places = vec![Place::Task(1_001), Place::Task(1_002)];
        }
    }
}
