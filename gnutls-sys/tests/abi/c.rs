//! Asks the C compiler: writes a program that prints what the tables name, and
//! runs it against the headers found.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use crate::table::{Layout, Number, Text};

/// One line for each entry, in the order of the tables: what C thinks it is.
pub(crate) fn answers(layouts: &[Layout], numbers: &[Number], strings: &[Text]) -> String {
    run(&program(layouts, numbers, strings).expect("a String takes everything"))
}

fn program(layouts: &[Layout], numbers: &[Number], strings: &[Text]) -> Result<String, std::fmt::Error> {
    let mut c = String::from("#include <stddef.h>\n#include <stdio.h>\n#include \"wrapper.h\"\n");
    if cfg!(feature = "dane") {
        c += "#include \"wrapper_dane.h\"\n";
    }
    c += "int main(void) {\n";
    for Layout { c: name, fields, .. } in layouts {
        write!(c, "printf(\"{name} %zu %zu\", sizeof({name}), _Alignof({name}));")?;
        for (field, _) in *fields {
            let c_field = field.trim_end_matches('_');
            write!(c, "printf(\" {field} %zu\", offsetof({name}, {c_field}));")?;
        }
        c += "puts(\"\");\n";
    }
    for (name, _) in numbers {
        writeln!(c, "printf(\"{name} %lld\\n\", (long long)({name}));")?;
    }
    for (name, _) in strings {
        writeln!(c, "printf(\"{name} %s\\n\", {name});")?;
    }
    c += "return 0;\n}\n";
    Ok(c)
}

fn run(program: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join("abi.c");
    let binary = folder.join("abi");
    std::fs::write(&source, program).expect("the folder is writable");

    let target = env!("GNUTLS_SYS_TARGET");
    let mut build = cc::Build::new();
    build.cargo_metadata(false).opt_level(0).target(target).host(target).out_dir(folder);
    build.include(env!("CARGO_MANIFEST_DIR")).includes(include_paths());
    let mut compiler = build.get_compiler().to_command();
    // Deprecated items are bound too.
    let compiled = compiler.arg("-w").arg(&source).arg("-o").arg(&binary).status();
    assert!(compiled.expect("there is a C compiler").success());

    let output = Command::new(&binary).output().expect("the program runs");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("the program prints ASCII")
}

fn include_paths() -> Vec<std::path::PathBuf> {
    let names: &[&str] = if cfg!(feature = "dane") { &["gnutls", "gnutls-dane"] } else { &["gnutls"] };
    let probe = |name| pkg_config::Config::new().cargo_metadata(false).env_metadata(false).probe(name);
    names.iter().flat_map(|name| probe(name).expect("it was found before").include_paths).collect()
}
