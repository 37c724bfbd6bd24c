//! Each call of the client with the recorded answer it is due, so that all can be tried alike.

use portal_diffgram::{
    AttributeFields, AttributeState, Error, ProjectClient, Relation,
    types::{Task, TaskFilter},
};
use portal_model::id::{
    AnnotationId, AttributeId, DatasetId, FileId, IssueId, JobId, OptionId, SchemaId, TaskId, UserId,
};

/// The calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    View,
    Members,
    Jobs,
    JobPeople,
    Tasks,
    TasksOfFile,
    Marks,
    File,
    Urls,
    Annotations,
    Frames,
    Datasets,
    DatasetFiles,
    MissingFiles,
    Labels,
    Runs,
    Versions,
    Assign,
    Unassign,
    Schemas,
    NewSchema,
    WriteSchema,
    NewLabel,
    NewAttribute,
    ArchiveAttribute,
    Attributes,
    Attribute,
    WriteAttribute,
    AddOption,
    WriteOption,
    ArchiveOption,
    Issues,
    IssuesOfTask,
    IssuePlaces,
    Comments,
}

/// What came out: enough to tell whether something was lost, invented or counted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// All of it, in words.
    pub(crate) text: String,
    /// Rows that were read, in words.
    pub(crate) rows: Vec<String>,
    /// Rows that were counted as unreadable.
    pub(crate) unreadable: u32,
}

/// Every call with an answer it succeeds on. `Tasks` and `TasksOfFile` read two shapes: with and without `total_count`.
pub(crate) const GOOD: [(Call, &str); 46] = [
    (Call::View, "03-api-keys/06-use-key-ok"),
    (Call::View, "02-project/05-project-view"),
    (Call::Members, "02-project/16-share-list"),
    (Call::Jobs, "08-jobs/15-job-list"),
    (Call::Jobs, "08-jobs/21-job-list-editor-key"),
    (Call::JobPeople, "08-jobs/31-job-members"),
    (Call::Tasks, "09-tasks/33-project-list-my-jobs"),
    (Call::Tasks, "21-latency/05-my-jobs-total-count"),
    (Call::Tasks, "09-tasks/31-project-list-by-job"),
    (Call::TasksOfFile, "09-tasks/32-project-list-by-file"),
    (Call::Marks, EXAM_RESULTS),
    (Call::File, "07-files/39-file-view"),
    (Call::File, "07-files/65-file-view-video"),
    (Call::Urls, "07-files/46-signed-url"),
    (Call::Annotations, "07-files/52-instances-of-file"),
    (Call::Annotations, "10-instances/27-file-instances"),
    (Call::Frames, "10-instances/30-video-instance-buffer"),
    (Call::Frames, "10-instances/33-video-task-instance-buffer"),
    (Call::Datasets, "04-datasets/10-dataset-list"),
    (Call::DatasetFiles, "07-files/28-file-list-editor-key"),
    (Call::MissingFiles, "07-files/50-file-exists"),
    (Call::Labels, "05-labels/12-labels-get"),
    (Call::Runs, "07-files/58-model-runs"),
    (Call::Runs, "07-files/66-model-runs"),
    (Call::Versions, "10-instances/28-instance-history"),
    (Call::Assign, "09-tasks/01-assign"),
    (Call::Assign, "09-tasks/11-assign-editor-key"),
    (Call::Unassign, "09-tasks/09-unassign-outsider"),
    (Call::Schemas, "05-labels/03-schema-list"),
    (Call::NewSchema, "05-labels/01-schema-new"),
    // Not recorded by itself: by Diffgram's source it answers with the same object.
    (Call::WriteSchema, "05-labels/01-schema-new"),
    (Call::NewLabel, "05-labels/05-label-new-car"),
    (Call::NewAttribute, "06-attributes/01-group-new-select"),
    // Not recorded by itself: the answer is the one of an update, whatever its mode.
    (Call::ArchiveAttribute, "06-attributes/02-group-update-select"),
    (Call::Attributes, "06-attributes/30-template-list"),
    (Call::Attributes, "06-attributes/31-template-list-viewer"),
    (Call::Attribute, "06-attributes/30-template-list"),
    (Call::WriteAttribute, "06-attributes/35-group-update-repair-slider"),
    (Call::AddOption, "06-attributes/14-option-new-tree-child"),
    (Call::WriteOption, "06-attributes/19-option-update-editor-key"),
    (Call::ArchiveOption, "06-attributes/26-option-archive"),
    (Call::Issues, "12-discussions/10-list"),
    (Call::Issues, "12-discussions/16-list-editor-key"),
    (Call::IssuesOfTask, "12-discussions/11-list-of-task"),
    (Call::IssuePlaces, "12-discussions/18-detail"),
    (Call::Comments, "12-discussions/22-comment-list"),
];

/// The recorded slider as it was after fields were left out (`06-attributes/34`).
fn slider() -> AttributeState {
    let read = serde_json::json!({
        "id": 5, "name": "internal_slider", "kind": "slider", "prompt": null, "is_global": false, "global_type": "file",
        "ordinal": 4, "attribute_template_list": [],
    });
    serde_json::from_value(read).unwrap()
}

/// Not recorded: see `answers::exam_results`.
pub(crate) const EXAM_RESULTS: &str = "exam_results";

impl Call {
    pub(crate) async fn run(self, project: &ProjectClient) -> Result<Outcome, Error> {
        let plain = |text: String| Outcome { text, rows: Vec::new(), unreadable: 0 };
        fn rows<T: std::fmt::Debug>(rows: &[T]) -> Vec<String> {
            rows.iter().map(|row| format!("{row:?}")).collect()
        }
        let of_tasks =
            |tasks: &[Task], unreadable| Outcome { text: format!("{tasks:?}"), rows: rows(tasks), unreadable };
        Ok(match self {
            Self::View => plain(format!("{:?}", project.view().await?)),
            Self::Members => plain(format!("{:?}", project.members().await?)),
            Self::Jobs => plain(format!("{:?}", project.jobs(1).await?)),
            Self::JobPeople => plain(format!("{:?}", project.job_people(JobId(1)).await?)),
            Self::Tasks => {
                let page = project.tasks(&TaskFilter::default(), 0, 25).await?;
                of_tasks(&page.tasks, page.unreadable)
            }
            Self::TasksOfFile => of_tasks(&project.tasks_of_file(FileId(6)).await?, 0),
            Self::Marks => {
                let page = project.marks(&TaskFilter::default(), 0, 500).await?;
                plain(format!("{page:?}"))
            }
            Self::File => plain(format!("{:?}", project.file(FileId(5)).await?)),
            Self::Urls => plain(format!("{:?}", project.signed_urls(FileId(5)).await?)),
            Self::Annotations => {
                let all = project.annotations(FileId(6)).await?;
                Outcome { text: format!("{all:?}"), rows: rows(&all.set.annotations), unreadable: all.set.unreadable }
            }
            Self::Frames => {
                let read = project.frame_annotations(FileId(17), 0, 5).await?;
                let frames = &read.frames;
                Outcome {
                    text: format!("{read:?}"),
                    rows: frames.iter().flat_map(|frame| rows(&frame.set.annotations)).collect(),
                    unreadable: frames.iter().map(|frame| frame.set.unreadable).sum(),
                }
            }
            Self::Datasets => plain(format!("{:?}", project.datasets().await?)),
            Self::DatasetFiles => {
                let page = project.dataset_files(DatasetId(3), 1, 25).await?;
                Outcome { text: format!("{page:?}"), rows: rows(&page.files), unreadable: page.unreadable }
            }
            Self::MissingFiles => {
                plain(format!("{:?}", project.missing_files(&[FileId(5), FileId(999_999)], None).await?))
            }
            Self::Labels => plain(format!("{:?}", project.schema(SchemaId(3)).await?)),
            Self::Runs => plain(format!("{:?}", project.model_runs().await?)),
            Self::Versions => plain(format!("{:?}", project.versions(AnnotationId(1)).await?)),
            Self::Schemas => plain(format!("{:?}", project.schemas().await?)),
            Self::NewSchema => plain(format!("{:?}", project.new_schema("Road schema").await?)),
            Self::WriteSchema => {
                project.write_schema(SchemaId(3), "Road schema", false).await?;
                plain(String::new())
            }
            Self::NewLabel => plain(format!("{:?}", project.new_label(SchemaId(3), "car", Some("#FF0000")).await?)),
            Self::NewAttribute => plain(format!("{:?}", project.new_attribute(SchemaId(3)).await?)),
            Self::ArchiveAttribute => {
                project.archive_attribute(AttributeId(1)).await?;
                plain(String::new())
            }
            Self::Attributes => {
                let all = project.attributes(SchemaId(3)).await?;
                let list: Vec<_> = all.list.iter().map(|state| &state.attribute).collect();
                Outcome { text: format!("{list:?}"), rows: rows(&list), unreadable: all.unreadable }
            }
            Self::Attribute => {
                plain(format!("{:?}", project.attribute(AttributeId(3)).await?.map(|state| state.attribute)))
            }
            Self::WriteAttribute => {
                let slider = slider();
                let fields = AttributeFields {
                    question: "Which slider?".into(),
                    min: Some(0),
                    max: Some(100),
                    ..AttributeFields::from(&slider.attribute)
                };
                project.write_attribute(&slider, &fields).await?;
                plain(String::new())
            }
            Self::AddOption => {
                plain(format!("{:?}", project.add_option(AttributeId(8), "dark red", Some(OptionId(10))).await?))
            }
            Self::WriteOption => {
                project.write_option(AttributeId(1), OptionId(1), "crimson", None).await?;
                plain(String::new())
            }
            Self::ArchiveOption => {
                project.archive_option(AttributeId(3), OptionId(9)).await?;
                plain(String::new())
            }
            Self::Issues => plain(format!("{:?}", project.issues(None).await?)),
            Self::IssuesOfTask => plain(format!("{:?}", project.issues(Some((TaskId(2), FileId(6)))).await?)),
            Self::IssuePlaces => plain(format!("{:?}", project.issue_places(IssueId(1)).await?)),
            Self::Comments => plain(format!("{:?}", project.comments(IssueId(1)).await?)),
            Self::Assign => {
                project.assign(TaskId(2), &[UserId(3)], Relation::Assignee).await?;
                plain(String::new())
            }
            Self::Unassign => {
                project.unassign(TaskId(6), &[UserId(6)], Relation::Assignee).await?;
                plain(String::new())
            }
        })
    }
}
