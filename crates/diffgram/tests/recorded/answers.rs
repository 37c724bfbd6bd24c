//! Recorded answers, read: concrete values, so that a lost or swapped field shows.

use portal_diffgram::types::{
    Comment, Dataset, Day, FileTimes, Frames, Given, GivenValue, Issue, IssuePlace, Job, JobPage, JobPeople, Member,
    ModelRun, Project, SignOn, SignedUrls, Task, TaskFilter, TaskMark, TaskPage, Version,
};
use portal_model::{
    annotation::{Annotation, Geometry, Label, Point, Prediction},
    file::{FileKind, FileSummary},
    id::{
        AnnotationId, AnnotationRoot, AttributeId, DatasetId, FileId, IssueId, JobId, LabelId, MemberId, ModelRunId,
        OptionId, ProjectId, SchemaId, TaskId, UserId,
    },
    task::{DatasetRef, JobRef, TaskStatus},
    time::Timestamp,
};
use serde_json::json;

use crate::server::{Answer, Recording, Server};

async fn serving(name: &'static str) -> Server {
    Server::start(Recording::read(name).answer).await
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.into())
}

#[tokio::test]
async fn status_is_alive() {
    for name in ["01-accounts/01-status", "22-production-server/02-behind-tls-proxy"] {
        serving(name).await.client().status().await.unwrap();
    }
}

#[tokio::test]
async fn sign_on_is_diffgrams_own_or_a_providers() {
    let server = serving("01-accounts/06-config-is-oauth2-set").await;
    assert_eq!(server.client().sign_on().await.unwrap(), SignOn::default());
    let seen = server.seen().remove(0);
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("GET", "/api/configs/is-oauth2-set"));
    assert_eq!(seen.header("authorization"), None, "no key is shown");
    // Not recorded: with a provider (`diffgram-api.md` §1.4).
    let login_url = "https://login.example.com/authorize?client_id=a";
    server.answer(Answer::json(200, json!({"use_oauth2": true, "login_url": login_url}).to_string()));
    let read = server.client().sign_on().await.unwrap();
    assert_eq!(read, SignOn { by_provider: true, login_url: Some(login_url.into()) });
    server.answer(Answer::json(200, json!({"use_oauth2": "yes"}).to_string()));
    assert!(server.client().sign_on().await.is_err());
}

#[tokio::test]
async fn an_annotation_has_its_versions() {
    let read = serving("10-instances/28-instance-history").await.project().versions(AnnotationId(1)).await.unwrap();
    let only = Version { id: AnnotationId(1), root: Some(AnnotationRoot(1)), file: FileId(6), deleted: true };
    assert_eq!(read, [only]);
}

#[tokio::test]
async fn project_has_its_name() {
    for name in ["03-api-keys/06-use-key-ok", "02-project/05-project-view"] {
        let project = serving(name).await.project().view().await.unwrap();
        assert_eq!(project, Project { id: ProjectId("rec-demo".into()), name: "Rec Demo".into() });
    }
}

#[tokio::test]
async fn schemas_and_attributes_are_read_truly() {
    let schemas = serving("05-labels/03-schema-list").await.project().schemas().await.unwrap();
    let names: Vec<_> = schemas.iter().map(|schema| (schema.id.0, schema.name.as_str(), schema.is_default)).collect();
    assert_eq!(names, [(1, "Default Schema", true), (3, "Road schema", false)]);

    let all = serving("06-attributes/30-template-list").await.project().attributes(SchemaId(3)).await.unwrap();
    assert_eq!(all.unreadable, 0);
    let kinds: Vec<_> = all.list.iter().map(|state| state.attribute.kind.as_str()).collect();
    assert_eq!(kinds, ["select", "multiple_select", "radio"]);
    let radio = &all.list.iter().find(|state| state.attribute.id.0 == 3).unwrap().attribute;
    assert_eq!((radio.question.as_str(), radio.name.as_str()), ("Which radio?", "internal_radio"));
    assert_eq!(radio.labels, [LabelId(1), LabelId(2), LabelId(3)]);
    let options: Vec<_> = radio.options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(options, ["red", "green"], "the archived one is not in the answer");
}

#[tokio::test]
async fn members_are_people_with_diffgrams_role_words() {
    let members = serving("02-project/16-share-list").await.project().members().await.unwrap();
    let member = |id, email: &str, name: &str, role: &str| Member {
        user: UserId(id),
        member: MemberId(id),
        email: email.into(),
        name: name.into(),
        roles: vec![role.into()],
    };
    assert_eq!(
        members,
        [
            member(1, "admin@example.com", "Ada Admin", "admin"),
            member(2, "editor@example.com", "Editor Person", "Editor"),
            member(3, "annotator@example.com", "Annotator Person", "annotator"),
        ]
    );
}

/// The recording is cut before the keys of the list; their shape is from `diffgram-api.md` §12.1.
#[tokio::test]
async fn members_leave_out_keys() {
    let mut list = Recording::read("02-project/16-share-list").json();
    let key = json!({"member_id": 9, "member_kind": "api", "client_id": "LIVE__x", "is_valid": true, "permission_level": "Editor"});
    list["members_list"].as_array_mut().unwrap().insert(1, key);
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let members = server.project().members().await.unwrap();
    assert_eq!(members.iter().map(|member| member.user.0).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn jobs_may_have_no_name() {
    let page = serving("08-jobs/21-job-list-editor-key").await.project().jobs(1).await.unwrap();
    let job = |id, name: &str| Job { id: JobId(id), name: name.into(), status: "draft".into(), schema: None };
    let first = Job { schema: Some(SchemaId(3)), ..job(4, "Job made with a key") };
    assert_eq!(page, JobPage { jobs: vec![first, job(3, ""), job(2, "Empty job")], unreadable: 0, more: false });
}

#[tokio::test]
async fn people_of_a_job_are_users() {
    let people = serving("08-jobs/31-job-members").await.project().job_people(JobId(1)).await.unwrap();
    assert_eq!(people, JobPeople { assignees: vec![UserId(3)], reviewers: Vec::new() });
    // Who came first is known by the assignment, whatever the order of the list.
    let mut list = Recording::read("09-tasks/32-project-list-by-file").json();
    let user = |id: i64, user: i64| json!({"id": id, "task_id": 2, "user_id": user, "relation": "assignee", "time_created": "2026-11-23 23:08:51", "time_updated": null});
    list["task_list"][0]["task_assignees"] = json!([user(9, 3), user(8, 4)]);
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let task = server.project().tasks_of_file(FileId(6)).await.unwrap().remove(0);
    assert_eq!((task.assignees, task.first), (vec![UserId(3), UserId(4)], Some(UserId(4))));
}

#[tokio::test]
async fn fifty_jobs_mean_another_page() {
    let mut list = Recording::read("08-jobs/15-job-list").json();
    let job = list["Job_list"][0].clone();
    for (count, more) in [(49, false), (50, true)] {
        list["Job_list"] = json!(vec![job.clone(); count]);
        let server = Server::start(Answer::json(200, list.to_string())).await;
        let page = server.project().jobs(1).await.unwrap();
        assert_eq!((page.jobs.len(), page.more), (count, more));
    }
    // An unreadable one fills its place: the page is full all the same.
    list["Job_list"][7] = json!({"id": "seven"});
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let page = server.project().jobs(1).await.unwrap();
    assert_eq!((page.jobs.len(), page.unreadable, page.more), (49, 1, true));
}

fn image(id: i64, name: &str) -> FileSummary {
    FileSummary {
        id: FileId(id),
        name: name.into(),
        kind: FileKind::Image,
        width: Some(320),
        height: Some(240),
        frame_count: None,
        frame_rate: None,
        has_thumb: true,
    }
}

/// A task of the recorded job.
fn task(id: i64, status: TaskStatus, [created, updated]: [&str; 2], completed: Option<&str>) -> Task {
    Task {
        id: TaskId(id),
        job: JobRef { id: JobId(1), name: "Label road signs (v2)".into() },
        dataset: Some(DatasetRef { id: DatasetId(3), name: "road-signs".into() }),
        status,
        file: image(id + 4, &format!("img_{:02}.png", id - 1)),
        assignees: vec![UserId(3)],
        first: Some(UserId(3)),
        reviewers: Vec::new(),
        created: at(created),
        updated: at(updated),
        completed: completed.map(at),
        file_times: FileTimes::default(),
    }
}

/// Tasks without the times of their files, which have a test of their own.
fn timeless(tasks: Vec<Task>) -> Vec<Task> {
    tasks.into_iter().map(|task| Task { file_times: FileTimes::default(), ..task }).collect()
}

#[tokio::test]
async fn files_of_tasks_have_their_own_times() {
    let tasks = serving("09-tasks/32-project-list-by-file").await.project().tasks_of_file(FileId(6)).await.unwrap();
    let times = FileTimes {
        created: Some(at("2026-11-23T23:04:00.942926Z")),
        changed: Some(at("2026-11-23T23:07:55.634215Z")),
    };
    assert_eq!(tasks[0].file_times, times);
}

#[tokio::test]
async fn datasets_have_their_names() {
    let datasets = serving("04-datasets/10-dataset-list").await.project().datasets().await.unwrap();
    let dataset = |id, name: &str| Dataset { id: DatasetId(id), name: name.into() };
    assert_eq!(datasets, [dataset(5, "private-set"), dataset(4, "road-signs-2"), dataset(3, "road-signs")]);
}

/// Recorded in mode `annotation`; `base` has the same without the part that holds size and addresses (`sync-evidence.md` §4).
#[tokio::test]
async fn listed_files_have_name_kind_and_times_whatever_the_mode() {
    let whole = Recording::read("07-files/28-file-list-editor-key").json();
    let mut base = whole.clone();
    for file in base["file_list"].as_array_mut().unwrap() {
        file.as_object_mut().unwrap().remove("image");
    }
    for (body, known) in [(whole, true), (base, false)] {
        let server = Server::start(Answer::json(200, body.to_string())).await;
        let page = server.project().dataset_files(DatasetId(3), 1, 25).await.unwrap();
        assert_eq!((page.files.len(), page.unreadable, page.total), (3, 0, 10));
        assert_eq!(page.ids, [FileId(14), FileId(13), FileId(12)]);
        let first = &page.files[0];
        assert_eq!((first.file.name.as_str(), &first.file.kind), ("img_09.png", &FileKind::Image));
        assert_eq!((first.file.width.is_some(), first.file.has_thumb), (known, known));
        assert_eq!(first.times.created, Some(at("2026-11-23T23:04:02.112730Z")));
        assert_eq!(first.times.changed, Some(at("2026-11-23T23:04:02.116104Z")));
    }
}

#[tokio::test]
async fn frames_and_labels_count_but_are_no_files_of_a_listing() {
    let mut list = Recording::read("07-files/28-file-list-editor-key").json();
    list["file_list"][0]["type"] = json!("frame");
    list["file_list"][1]["type"] = json!("label");
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let page = server.project().dataset_files(DatasetId(3), 1, 25).await.unwrap();
    assert_eq!((page.files.len(), page.ids.len()), (1, 3));
}

#[tokio::test]
async fn files_that_are_not_there_are_told() {
    let server = serving("07-files/50-file-exists").await;
    assert_eq!(server.project().missing_files(&[FileId(5), FileId(999_999)], None).await.unwrap(), [FileId(999_999)]);
}

const MADE: [&str; 3] = ["2026-11-23T23:07:55.567153Z", "2026-11-23T23:07:55.633416Z", "2026-11-23T23:07:55.700537Z"];

#[tokio::test]
async fn tasks_of_the_project_by_key() {
    let filter = TaskFilter::default();
    let page = serving("09-tasks/33-project-list-my-jobs").await.project().tasks(&filter, 0, 25).await.unwrap();
    let fresh = |id: i64, made, updated| task(id, TaskStatus::Available, [made, updated], None);
    let tasks = vec![
        fresh(1, MADE[0], "2026-11-23T23:08:50.866233Z"),
        fresh(2, MADE[1], "2026-11-23T23:08:50.832344Z"),
        fresh(3, MADE[2], "2026-11-23T23:08:50.897497Z"),
    ];
    assert_eq!((timeless(page.tasks), page.unreadable, page.total), (tasks, 0, 14));
}

#[tokio::test]
async fn tasks_further_on() {
    let filter = TaskFilter::default();
    let page = serving("21-latency/05-my-jobs-total-count").await.project().tasks(&filter, 0, 5).await.unwrap();
    let done = |id, updated, completed| {
        task(id, TaskStatus::Complete, [MADE[usize::try_from(id).unwrap() - 1], updated], Some(completed))
    };
    let tasks = vec![
        done(1, "2026-11-23T23:12:13.247264Z", "2026-11-23T23:12:13.240159Z"),
        done(2, "2026-11-23T23:12:12.693676Z", "2026-11-23T23:12:12.681627Z"),
        // It waits for review and has a completion time all the same.
        task(
            3,
            TaskStatus::ReviewRequested,
            [MADE[2], "2026-11-23T23:12:14.252750Z"],
            Some("2026-11-23T23:12:14.250842Z"),
        ),
    ];
    assert_eq!((timeless(page.tasks), page.unreadable, page.total), (tasks, 0, 513));
}

#[tokio::test]
async fn tasks_of_a_file() {
    let tasks = serving("09-tasks/32-project-list-by-file").await.project().tasks_of_file(FileId(6)).await.unwrap();
    assert_eq!(timeless(tasks), [task(2, TaskStatus::Available, [MADE[1], "2026-11-23T23:08:50.832344Z"], None)]);
}

/// With a job there is no `total_count`: the rows at hand count.
#[tokio::test]
async fn tasks_of_a_job_have_no_total() {
    let recording = Recording::read("09-tasks/31-project-list-by-job");
    assert_eq!(recording.json().get("total_count"), None);
    let server = Server::start(recording.answer).await;
    let page = server.project().tasks(&TaskFilter::default(), 0, 25).await.unwrap();
    assert_eq!((page.tasks.len(), page.unreadable, page.total), (3, 0, 3));
    let empty = serving("21-latency/04-list-past-end").await;
    let page = empty.project().tasks(&TaskFilter::default(), 5, 100).await.unwrap();
    assert_eq!(page, TaskPage { tasks: Vec::new(), unreadable: 0, total: 0 });
}

#[tokio::test]
async fn people_of_a_task_are_never_taken_from_the_legacy_field() {
    let mut list = Recording::read("09-tasks/32-project-list-by-file").json();
    let row = &mut list["task_list"][0];
    row["assignee_user_id"] = json!(77);
    row["task_reviewers"] = json!([
        {"id": 9, "relation": "reviewer", "task_id": 2, "time_created": "2026-11-23 23:09:00", "time_updated": null, "user_id": 5},
        {"id": 8, "relation": "reviewer", "task_id": 2, "time_created": "2026-11-23 23:09:00", "time_updated": null, "user_id": 2},
        {"id": 7, "relation": "reviewer", "task_id": 2, "time_created": "2026-11-23 23:09:00", "time_updated": null, "user_id": 5},
    ]);
    row["task_assignees"] = json!([]);
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let tasks = server.project().tasks_of_file(FileId(6)).await.unwrap();
    assert_eq!((&tasks[0].assignees[..], &tasks[0].reviewers[..]), (&[][..], &[UserId(2), UserId(5)][..]));
}

/// No recording of `mode_data: exam_results` exists; this is the row of Diffgram's source (`diffgram-api.md` §2.1), in the
/// recorded envelope of the same route.
pub(crate) fn exam_results() -> Answer {
    let mut list = Recording::read("09-tasks/33-project-list-my-jobs").json();
    let row = |id: i64, status: &str, updated: &str, completed: Option<&str>, assignee: Option<i64>| {
        json!({
            "id": id, "status": status, "time_updated": updated, "time_completed": completed,
            "review_star_rating_average": null, "gold_standard_missing": null, "assignee_user_id": assignee,
        })
    };
    list["task_list"] = json!([
        row(1, "complete", "Mon, 23 Nov 2026 23:12:13 GMT", Some("Mon, 23 Nov 2026 23:12:13 GMT"), Some(3)),
        row(2, "available", "Mon, 23 Nov 2026 23:08:50 GMT", None, None),
        row(3, "moonwalking", "Tue, 24 Nov 2026 00:00:00 GMT", None, Some(4)),
    ]);
    Answer::json(200, list.to_string())
}

#[tokio::test]
async fn marks_are_to_the_second() {
    let server = Server::start(exam_results()).await;
    let filter = TaskFilter { changed_since: Some(Day("2026-11-23".into())), archived: false };
    let page = server.project().marks(&filter, 0, 500).await.unwrap();
    let mark = |id, status, updated, who: Option<i64>| TaskMark {
        id: TaskId(id),
        status,
        updated: at(updated),
        assignee_hint: who.map(UserId),
    };
    assert_eq!(
        page.marks,
        [
            mark(1, TaskStatus::Complete, "2026-11-23T23:12:13.000000Z", Some(3)),
            mark(2, TaskStatus::Available, "2026-11-23T23:08:50.000000Z", None),
            mark(3, TaskStatus::Other("moonwalking".into()), "2026-11-24T00:00:00.000000Z", Some(4)),
        ]
    );
    assert_eq!(page.total, 14);
}

#[tokio::test]
async fn files_have_size_and_kind() {
    let picture = serving("07-files/40-file-view-editor-key").await.project().file(FileId(5)).await.unwrap();
    assert_eq!(picture, image(5, "img_00.png"));
    let video = serving("07-files/65-file-view-video").await.project().file(FileId(17)).await.unwrap();
    assert_eq!(
        video,
        FileSummary {
            id: FileId(17),
            name: "clip2.mp4".into(),
            kind: FileKind::Video,
            width: Some(160),
            height: Some(120),
            frame_count: Some(10),
            frame_rate: Some(5.0),
            has_thumb: true,
        }
    );
}

#[tokio::test]
async fn signed_urls_of_a_picture() {
    let urls = serving("07-files/46-signed-url").await.project().signed_urls(FileId(5)).await.unwrap();
    let url = |blob: &str| {
        Some(format!(
            "http://storage.example/diffgram-storage/projects/images/1/{blob}?response-content-disposition=attachment%3B%20filename%3D{blob}&AWSAccessKeyId=REDACTED&Signature=REDACTED&Expires=REDACTED"
        ))
    };
    assert_eq!(urls, SignedUrls { thumb: url("1_thumb"), full: url("1"), tokens: None });
}

/// The route was recorded for a picture only; a video's part is the one of `file/view`.
#[tokio::test]
async fn signed_urls_of_a_video() {
    let video = Recording::read("07-files/65-file-view-video").json()["file"]["video"].take();
    let answer = json!({"file": {"type": "video", "video": video}, "log": {"error": {}, "info": {}, "success": false}});
    let server = Server::start(Answer::json(200, answer.to_string())).await;
    let urls = server.project().signed_urls(FileId(17)).await.unwrap();
    assert!(urls.full.unwrap().starts_with("http://storage.example/diffgram-storage/projects/videos/1/1?"));
    assert!(
        urls.thumb.unwrap().starts_with("http://storage.example/diffgram-storage/projects/images/1/1/frames/0_thumb?")
    );
}

fn label(id: i64, name: &str, color: &str) -> Label {
    Label { id: LabelId(id), name: name.into(), color: color.into() }
}

fn labels() -> [Label; 3] {
    [label(1, "car", "#ff0000"), label(2, "pedestrian", "#00aa44"), label(3, "stop_sign", "#00ff80")]
}

#[tokio::test]
async fn annotations_of_people_and_models() {
    let all = serving("07-files/52-instances-of-file").await.project().annotations(FileId(6)).await.unwrap();
    let run_1 = Some(Prediction { run: Some(ModelRunId(1)), score: None });
    let annotation = |id, geometry, prediction| Annotation {
        id: AnnotationId(id),
        root: Some(AnnotationRoot(id)),
        label: Some(LabelId(id)),
        geometry,
        prediction,
        track: None,
    };
    let points = [(200.0, 60.0), (260.0, 80.0), (240.0, 160.0), (190.0, 150.0)].map(|(x, y)| Point { x, y });
    assert_eq!(all.file, Some(FileId(6)));
    assert_eq!(all.summary, Some(image(6, "img_01.png")));
    assert_eq!(all.labels, labels());
    assert_eq!(all.set.unreadable, 0);
    assert_eq!(
        all.set.annotations,
        [
            annotation(1, Geometry::Box { x_min: 30.0, y_min: 40.0, x_max: 120.0, y_max: 140.0 }, run_1.clone()),
            // Of a run, though `machine_made` is false: somebody may have moved it since.
            annotation(2, Geometry::Polygon { points: points.into() }, run_1),
            annotation(3, Geometry::Box { x_min: 10.0, y_min: 10.0, x_max: 60.0, y_max: 60.0 }, None),
        ]
    );
}

/// DAT-07: rubbish is not drawn, and counted.
#[tokio::test]
async fn dat_07_bad_geometry_is_counted_and_not_drawn() {
    let mut list = Recording::read("07-files/52-instances-of-file").json();
    let instances = list["file_serialized"]["instance_list"].as_array_mut().unwrap();
    instances[0]["x_min"] = json!(500);
    instances[1]["points"] = json!([{"x": 1, "y": 2}]);
    instances[2]["y_max"] = json!(null);
    let mut deleted = instances[0].clone();
    deleted["soft_delete"] = json!(true);
    let mut future = instances[0].clone();
    future["type"] = json!("hologram");
    instances.extend([deleted, future]);
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let all = server.project().annotations(FileId(6)).await.unwrap();
    assert_eq!(all.set.unreadable, 3);
    let shapes: Vec<_> = all.set.annotations.iter().map(|annotation| annotation.geometry.clone()).collect();
    assert_eq!(shapes, [Geometry::Other { word: "hologram".into() }]);
}

#[tokio::test]
async fn frames_without_anything_are_left_out() {
    let empty = serving("10-instances/30-video-instance-buffer").await;
    assert_eq!(empty.project().frame_annotations(FileId(17), 0, 5).await.unwrap(), Frames::default());
}

/// Recorded on the task's route, which has the same answer.
#[tokio::test]
async fn frames_have_their_track() {
    let server = serving("10-instances/33-video-task-instance-buffer").await;
    let Frames { frames, labels, .. } = server.project().frame_annotations(FileId(17), 0, 5).await.unwrap();
    assert_eq!(labels, [label(1, "car", "#ff0000")]);
    assert_eq!((frames.len(), frames[0].frame, frames[0].set.unreadable), (1, 2, 0));
    assert_eq!(
        frames[0].set.annotations,
        [Annotation {
            id: AnnotationId(17),
            root: Some(AnnotationRoot(17)),
            label: Some(LabelId(1)),
            geometry: Geometry::Box { x_min: 5.0, y_min: 5.0, x_max: 50.0, y_max: 50.0 },
            prediction: None,
            track: Some(1),
        }]
    );
}

#[tokio::test]
async fn frames_outside_the_question_and_deleted_ones_are_dropped() {
    let mut buffer = Recording::read("10-instances/33-video-task-instance-buffer").json();
    let drawn = buffer["instance_buffer_dict"]["2"][0].clone();
    let mut deleted = drawn.clone();
    deleted["soft_delete"] = json!(true);
    let frames = &mut buffer["instance_buffer_dict"];
    // One before, one after, one with something deleted beside, one with only that, and keys that are no frames.
    for (key, list) in [
        ("1", json!([drawn])),
        ("2", json!([drawn, deleted])),
        ("3", json!([deleted])),
        ("10", json!([drawn])),
        ("11", json!([drawn])),
        ("-1", json!([drawn])),
        ("two", json!([drawn])),
    ] {
        frames[key] = list;
    }
    let server = Server::start(Answer::json(200, buffer.to_string())).await;
    let frames = server.project().frame_annotations(FileId(17), 2, 11).await.unwrap().frames;
    assert_eq!(frames.iter().map(|f| (f.frame, f.set.annotations.len())).collect::<Vec<_>>(), [(2, 1), (10, 1)]);
}

#[tokio::test]
async fn labels_of_a_schema() {
    let (schema, read) = serving("05-labels/12-labels-get").await.project().schema(SchemaId(3)).await.unwrap();
    assert_eq!((schema.name.as_str(), schema.archived, read), ("Road schema", false, labels().to_vec()));
}

#[tokio::test]
async fn model_runs_by_their_reference() {
    let runs = serving("07-files/66-model-runs").await.project().model_runs().await.unwrap();
    let run = |id, name: &str| ModelRun { id: ModelRunId(id), name: name.into() };
    assert_eq!(runs, [run(1, "run-1"), run(2, "run-2")]);
}

#[tokio::test]
async fn issues_are_read_each_once_with_their_html_as_it_came() {
    let mut list = Recording::read("12-discussions/16-list-editor-key").json();
    // Several relations that match give a row several times.
    let twice = list["issues"][0].clone();
    list["issues"].as_array_mut().unwrap().push(twice);
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let issues = server.project().issues(None).await.unwrap();
    let issue = |id, author: Option<&str>, description: &str| Issue {
        id: IssueId(id),
        title: "Is this a car?".into(),
        description: description.into(),
        open: true,
        author: author.map(str::to_owned),
        frame: None,
        created: at("2026-11-23T23:12:14.000000Z"),
    };
    assert_eq!(
        issues,
        [
            issue(1, Some("Annotator Person"), "<p>Looks like a van.</p>"),
            // By an API key.
            issue(2, None, "<p>Looks like a van.</p>"),
            issue(5, Some("Ada Admin"), "<script>alert(1)</script><p>hi</p>"),
        ]
    );
    let none = serving("12-discussions/14-list-unknown-task").await;
    assert_eq!(none.project().issues(Some((TaskId(2), FileId(6)))).await.unwrap(), []);
}

/// The recording is cut before a fourth element; an instance's shape is from `diffgram-api.md` §9.
#[tokio::test]
async fn an_issue_says_what_it_is_attached_to() {
    let mut detail = Recording::read("12-discussions/18-detail").json();
    let mut instance = detail["issue"]["attached_elements"][1].clone();
    instance["type"] = json!("instance");
    instance["task_id"] = json!(null);
    instance["instance_id"] = json!(3);
    instance["instance"] = json!({"id": 3, "file_id": 6});
    let mut odd = instance.clone();
    odd["type"] = json!("moon");
    detail["issue"]["attached_elements"].as_array_mut().unwrap().extend([instance, odd]);
    let server = Server::start(Answer::json(200, detail.to_string())).await;
    let places = server.project().issue_places(IssueId(1)).await.unwrap();
    let annotation = IssuePlace::Annotation(AnnotationId(3), Some(FileId(6)));
    assert_eq!(places, [IssuePlace::Task(TaskId(2)), IssuePlace::File(FileId(6)), annotation]);
}

#[tokio::test]
async fn comments_say_who_and_when() {
    let server = serving("12-discussions/22-comment-list").await;
    let comment = Comment {
        content: "<p>It is a van, use car.</p>".into(),
        author: Some("Editor Person".into()),
        created: at("2026-11-23T23:12:15.000000Z"),
        edited: None,
    };
    assert_eq!(server.project().comments(IssueId(1)).await.unwrap(), [comment]);
    let none = serving("12-discussions/23-comment-list-cross-project").await;
    assert_eq!(none.project().comments(IssueId(1)).await.unwrap(), []);
}

/// Texts, sounds and answers are not recorded: their shapes are from `diffgram-api.md` §4.5 and §6.1.
#[tokio::test]
async fn texts_and_sounds_have_stretches_and_answers() {
    let mut list = Recording::read("07-files/52-instances-of-file").json();
    let instances = list["file_serialized"]["instance_list"].as_array_mut().unwrap();
    let mut words = instances[0].clone();
    let box_ = json!({"x_min": null, "y_min": null, "x_max": null, "y_max": null});
    for (key, value) in box_.as_object().unwrap() {
        words[key] = value.clone();
    }
    let mut sound = words.clone();
    let mut backwards = words.clone();
    let mut global = words.clone();
    for (instance, values) in [
        (
            &mut words,
            json!({"type": "text_token", "start_token": 7, "end_token": 4, "attribute_groups": {"1": {"id": 4, "name": "red"}}}),
        ),
        (&mut sound, json!({"type": "audio", "start_time": 0.5, "end_time": 2})),
        (&mut backwards, json!({"type": "audio", "start_time": 3, "end_time": 2})),
        (
            &mut global,
            json!({"type": "global", "label_file_id": null, "attribute_groups": {"6": "2026-11-20", "7": null}}),
        ),
    ] {
        for (key, value) in values.as_object().unwrap() {
            instance[key] = value.clone();
        }
    }
    *instances = vec![words, sound, backwards, global];
    let server = Server::start(Answer::json(200, list.to_string())).await;
    let all = server.project().annotations(FileId(6)).await.unwrap();
    let shapes: Vec<_> = all.set.annotations.iter().map(|annotation| annotation.geometry.clone()).collect();
    assert_eq!(
        shapes,
        [Geometry::Words { first: 4, last: 7 }, Geometry::Stretch { start: 0.5, end: 2.0 }, Geometry::Whole]
    );
    assert_eq!(all.set.unreadable, 1);
    let red = GivenValue::Option { id: OptionId(4), name: Some("red".into()) };
    let day = GivenValue::Said("2026-11-20".into());
    assert_eq!(
        all.answers,
        [
            Given { annotation: Some(AnnotationId(1)), answers: vec![(AttributeId(1), vec![red])] },
            Given { annotation: None, answers: vec![(AttributeId(6), vec![day])] },
        ]
    );
}

/// Not recorded: the shape is from `diffgram-api.md` §4.3.
#[tokio::test]
async fn parts_of_a_compound_file_come_in_their_order() {
    let view = Recording::read("07-files/39-file-view").json();
    let part = |id: i64, ordinal: i64| {
        let mut file = view["file"].clone();
        file["id"] = json!(id);
        file["ordinal"] = json!(ordinal);
        file
    };
    let body =
        json!({"log": {"error": {}, "info": {}, "success": true}, "child_files": [part(7, 2), part(9, 0), part(8, 2)]});
    let server = Server::start(Answer::json(200, body.to_string())).await;
    let parts = server.project().child_files(FileId(5)).await.unwrap();
    assert_eq!(parts.iter().map(|file| file.id.0).collect::<Vec<_>>(), [9, 7, 8]);
    let seen = server.seen();
    let asked: Vec<_> = seen.iter().map(|seen| (seen.method.as_str(), seen.uri.path())).collect();
    assert_eq!(asked, [("GET", "/api/v1/project/rec-demo/file/5/child-files")]);
}
