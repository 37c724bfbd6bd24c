//! Reading what may be written short or long, so that faults keep their place in the file and say what was expected.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer, value::SeqAccessDeserializer},
};

use super::{About, AboutFiles, LabelInFile, OptionById, OptionInFile, StartsWith, WholeLabel, WholeOption};

struct Label;
struct Choice;
struct Subject;
struct Start;

impl<'de> Visitor<'de> for Label {
    type Value = LabelInFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a label: its name in quotes, or name and color")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<LabelInFile, E> {
        Ok(LabelInFile::Name(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LabelInFile, A::Error> {
        WholeLabel::deserialize(MapAccessDeserializer::new(map)).map(LabelInFile::Whole)
    }
}

impl<'de> Visitor<'de> for Choice {
    type Value = OptionInFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an option: its name in quotes, or name, id and options")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OptionInFile, E> {
        Ok(OptionInFile::Name(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OptionInFile, A::Error> {
        WholeOption::deserialize(MapAccessDeserializer::new(map)).map(OptionInFile::Whole)
    }
}

impl<'de> Visitor<'de> for Subject {
    type Value = About;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what it is asked about: file, compound_file, or a list of labels like [car, sign]")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<About, E> {
        match text {
            "file" => Ok(About::Files(AboutFiles::File)),
            "compound_file" => Ok(About::Files(AboutFiles::CompoundFile)),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<About, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(About::Labels)
    }
}

impl<'de> Visitor<'de> for Start {
    type Value = StartsWith;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer it starts with: a text, a whole number, the path of an option, or its id")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StartsWith, E> {
        Ok(StartsWith::Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<StartsWith, E> {
        Ok(StartsWith::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<StartsWith, E> {
        let read = i64::try_from(number).map(StartsWith::Number);
        read.map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<StartsWith, A::Error> {
        OptionById::deserialize(MapAccessDeserializer::new(map)).map(StartsWith::Option)
    }
}

macro_rules! any {
    ($($type:ident by $visitor:ident;)*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any($visitor)
            }
        }
    )*};
}

any! {
    LabelInFile by Label;
    OptionInFile by Choice;
    About by Subject;
    StartsWith by Start;
}
