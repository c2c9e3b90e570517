//! How many programs could be ported in whole, from a list of what each calls.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::kit::{Kit, Status};

/// A program, and the functions that stand in its way.
#[derive(Debug)]
struct Program {
    name: String,
    functions: usize,
    /// What is not covered.
    missing: BTreeSet<String>,
    /// Those of them that nothing else stands for.
    open: usize,
}

/// The result for a list.
#[derive(Debug)]
pub(crate) struct Programs(Vec<Program>);

impl Programs {
    /// Judges the programs of a table: name, version, number of functions, the functions with commas between them.
    pub(crate) fn judge(table: &str, kit: &Kit) -> Result<Programs, String> {
        let mut all = Vec::new();
        for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, _, _, functions] = columns[..] else { return Err(format!("four columns: {line:?}")) };
            let functions: BTreeSet<&str> =
                functions.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
            let missing = functions.iter().filter(|name| !kit.function(name).status.is_covered());
            let missing: BTreeSet<String> = missing.map(|name| (*name).to_owned()).collect();
            let open = missing.iter().filter(|name| !kit.function(name).status.is_portable()).count();
            all.push(Program { name: name.to_owned(), functions: functions.len(), missing, open });
        }
        Ok(Programs(all))
    }

    /// How many have something for each of their functions.
    pub(crate) fn portable(&self) -> usize {
        self.0.iter().filter(|program| program.open == 0).count()
    }

    /// How many have everything covered.
    fn covered(&self) -> usize {
        self.0.iter().filter(|program| program.missing.is_empty()).count()
    }

    /// The result in words: what is done, what each program lacks, what to do first.
    pub(crate) fn text(&self, kit: &Kit) -> String {
        let mut lacking: BTreeMap<&str, usize> = BTreeMap::new();
        for name in self.0.iter().flat_map(|program| &program.missing) {
            *lacking.entry(name).or_default() += 1;
        }
        let by_need = |names: &mut Vec<&str>| names.sort_by_key(|name| (usize::MAX - lacking[name], name.to_owned()));
        let mut text = String::new();
        let mut programs: Vec<&Program> = self.0.iter().collect();
        programs.sort_by_key(|program| (program.open, program.missing.len(), &program.name));
        for program in programs {
            let (name, functions) = (&program.name, program.functions);
            let mut missing: Vec<&str> = program.missing.iter().map(String::as_str).collect();
            by_need(&mut missing);
            let _ = match (missing.len(), program.open) {
                (0, _) => writeln!(text, "{name}: all of {functions}"),
                (n, 0) => writeln!(text, "{name}: all of {functions}, {n} in another way: {}", missing.join(" ")),
                (n, open) => {
                    writeln!(text, "{name}: lacks {open} of {functions}, {n} not covered: {}", missing.join(" "))
                }
            };
        }
        let mut all: Vec<&str> = lacking.keys().copied().collect();
        by_need(&mut all);
        if !all.is_empty() {
            text += "\nfunction, how many programs lack it, why:\n";
        }
        for name in all {
            let verdict = kit.function(name);
            let why =
                if verdict.status == Status::Open { "" } else { verdict.notes.first().map_or("", String::as_str) };
            let _ = writeln!(text, "{name}\t{}\t{}\t{why}", lacking[name], verdict.status.word());
        }
        let of = self.0.len();
        let _ = write!(
            text,
            "\n{} of {of} programs have each of their functions covered: a public item has its name as alias, and the crate \
             calls it, in Drop if it frees; allocation, the start of the library and what is deprecated need nothing\n\
             {} of {of} programs are fully portable: covered, or a public item or the standard library does the same in \
             another way\n",
            self.covered(),
            self.portable(),
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_portable_if_all_but_deprecated_functions_are_there() {
        let kit = Kit::read().expect("the repository");
        let table = "good\t1\t4\tgnutls_record_send,gnutls_free,gnutls_global_init,gnutls_compression_get,gnutls_read\n\
                     other\t1\t2\tgnutls_record_send,gnutls_transport_set_fastopen\n\
                     bad\t2\t2\tgnutls_record_send,gnutls_no_such_call\n\
                     refused\t2\t2\tgnutls_record_send,gnutls_register_custom_url\n";
        let programs = Programs::judge(table, &kit).expect("a table");
        assert_eq!((programs.covered(), programs.portable()), (1, 2));
        let text = programs.text(&kit);
        assert!(text.contains("good: all of 5\n"), "{text}");
        assert!(text.contains("other: all of 2, 1 in another way: gnutls_transport_set_fastopen\n"), "{text}");
        assert!(text.contains("bad: lacks 1 of 2, 1 not covered: gnutls_no_such_call\n"), "{text}");
        assert!(text.contains("\n1 of 4 programs have each of their functions covered: "), "{text}");
        assert!(text.contains("\n2 of 4 programs are fully portable: "), "{text}");
        assert!(Programs::judge("a b c", &kit).is_err());
    }
}
