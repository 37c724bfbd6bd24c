//! The demo's schemas: two in the first project, one in the second, with attributes of all kinds and some that try things.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::table::{COLUMNS, Choice, Group, Schema, Schemas};

/// Options by name, each with what stands under it.
struct Tree(&'static str, &'static [Tree]);

const fn leaf(name: &'static str) -> Tree {
    Tree(name, &[])
}

const COLOURS: [Tree; 3] = [
    Tree(
        "warm",
        &[
            Tree("red", &[Tree("dark red", &[leaf("maroon"), leaf("wine")]), leaf("bright red")]),
            Tree("orange", &[leaf("amber")]),
        ],
    ),
    Tree("cool", &[Tree("blue", &[leaf("navy"), leaf("sky")]), leaf("green")]),
    leaf("grey"),
];

pub(super) fn schemas(labels: &[(i64, String, String)], now: Timestamp) -> Schemas {
    let schema = |id, project, name: &str, is_default, wanted: Option<&[&str]>| {
        let mine = labels.iter().filter(|(_, name, _)| wanted.is_none_or(|wanted| wanted.contains(&name.as_str())));
        let labels = mine.map(|(id, ..)| *id).collect();
        Schema { id, project, name: name.to_owned(), is_default, archived: false, labels, updated: None }
    };
    let mut all = Demo {
        labels,
        now,
        made: Schemas {
            schemas: vec![
                schema(1, 0, "Everyday scenes", true, None),
                schema(2, 0, "Launches", false, Some(["rocket", "helmet", "person"].as_slice())),
                schema(3, 1, "Line inspection", true, Some(["cup", "spoon"].as_slice())),
            ],
            groups: Vec::new(),
            choices: Vec::new(),
            colours: BTreeMap::new(),
        },
    };
    let (people, things) = (["person", "face", "cat face"].as_slice(), ["cup", "spoon", "helmet"].as_slice());
    all.add(
        1,
        1,
        people,
        json!({"kind": "select", "name": "hidden", "prompt": "How much of it is hidden?", "default_id": 1}),
    );
    all.options(1, &[leaf("nothing"), leaf("a little"), leaf("about half"), leaf("most of it")]);
    all.add(2, 1, people, json!({"kind": "multiple_select", "name": "wears", "prompt": "What does it wear?"}));
    all.options(2, &[leaf("glasses"), leaf("hat"), leaf("gloves"), leaf("headset")]);
    all.add(3, 1, people, json!({"kind": "radio", "name": "cut_off", "prompt": "Is it cut off by the edge?"}));
    all.options(3, &[leaf("yes"), leaf("no"), leaf("not sure")]);
    all.add(
        4,
        1,
        people,
        json!({"kind": "text", "name": "remark", "prompt": "Anything to remark?", "default_value": "none"}),
    );
    all.add(5, 1, things, json!({"kind": "slider", "name": "quality", "prompt": "How sharp is it?", "min_value": 0, "max_value": 100, "default_value": "50"}));
    all.add(6, 1, &[], json!({"kind": "date", "name": "reviewed_on", "prompt": "Reviewed on", "is_global": true}));
    all.add(
        7,
        1,
        &[],
        json!({"kind": "time", "name": "time_of_day", "prompt": "At what time was it taken?", "is_global": true}),
    );
    all.add(8, 1, things, json!({"kind": "tree", "name": "colour", "prompt": "Which colour is it?"}));
    all.options(8, &COLOURS);
    all.add(
        9,
        1,
        things,
        json!({"kind": "select", "name": "tries_things", "prompt": "<img src=x onerror=alert(1)>", "ordinal": 99999}),
    );
    all.options(9, &[leaf("<script>alert(1)</script>"), leaf("\"><b>bold</b>"), leaf("\u{202e}gnp.exe\u{2066}")]);
    // A kind that only a newer Diffgram knows, after an update that left fields out.
    all.add(10, 1, things, json!({"kind": "geo", "name": "location", "prompt": "Where was it taken?", "is_global": null, "max_value": 180}));
    all.options(10, &[leaf("north"), leaf("south")]);
    all.add(
        11,
        1,
        things,
        json!({"kind": "select", "name": "background", "prompt": "ما لون الخلفية؟", "is_read_only": true}),
    );
    all.options(11, &[leaf("أبيض"), leaf("أسود"), leaf("ملوّن")]);
    all.add(12, 2, &["rocket"], json!({"kind": "radio", "name": "weather", "prompt": "What is the weather like?"}));
    all.options(12, &[leaf("clear"), leaf("cloudy"), leaf("rain"), leaf("night")]);
    all.add(
        13,
        2,
        &["rocket"],
        json!({"kind": "slider", "name": "flame", "prompt": "How many flames show?", "min_value": 0, "max_value": 9}),
    );
    all.add(14, 2, &[], json!({"kind": "text", "name": "mission", "prompt": "Which mission is it?", "is_global": true, "global_type": "compound_file"}));
    all.add(20, 3, &["cup"], json!({"kind": "select", "name": "defect", "prompt": "What is wrong with it?"}));
    all.options(20, &[leaf("nothing"), leaf("scratch"), leaf("dent")]);
    all.add(21, 3, &["cup"], json!({"kind": "slider", "name": "severity", "prompt": "How bad is it?", "min_value": 1, "max_value": 5, "default_value": "1"}));
    // One was archived, and one was changed and so comes last.
    let made = &mut all.made;
    made.change_choice(0, 4, |choice| choice.archived = true);
    made.change_choice(0, 1, |choice| choice.name = "none of it".into());
    all.made
}

struct Demo<'a> {
    labels: &'a [(i64, String, String)],
    now: Timestamp,
    made: Schemas,
}

impl Demo<'_> {
    fn add(&mut self, id: i64, schema: i64, labels: &[&str], values: Value) {
        let mut columns: serde_json::Map<String, Value> =
            COLUMNS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        let usual = json!({"is_global": false, "global_type": "file", "is_read_only": false, "ordinal": id - 1});
        for some in [usual, values] {
            columns.extend(some.as_object().cloned().unwrap_or_default());
        }
        let labels = self.labels.iter().filter(|(_, name, _)| labels.contains(&name.as_str())).map(|(id, ..)| *id);
        // One was never changed: its time is the word None.
        let updated = (id != 2).then(|| self.now.checked_sub(SignedDuration::from_hours(id * 24)).unwrap_or(self.now));
        self.made.groups.push(Group {
            id,
            project: usize::from(schema == 3),
            schema,
            archived: false,
            columns,
            labels: labels.collect(),
            updated,
        });
    }

    fn options(&mut self, group: i64, tree: &[Tree]) {
        self.under(group, None, tree);
    }

    fn under(&mut self, group: i64, parent: Option<i64>, tree: &[Tree]) {
        for Tree(name, below) in tree {
            let id = self.made.next_choice();
            let project = usize::from(group >= 20);
            self.made.choices.push(Choice { id, project, group, name: (*name).to_owned(), parent, archived: false });
            self.under(group, Some(id), below);
        }
    }
}
