# Writes OUTPUT, a source that defines all_embedded_files() over FILES (paths from the root). Their
# bytes come in when it is assembled, so files may be of any size and kind.
function(embed_files OUTPUT)
  set(names "")
  set(bytes "")
  set(entries "")
  set(paths "")
  set(number 0)
  list(SORT ARGN)
  foreach(file IN LISTS ARGN)
    set(path "${CMAKE_SOURCE_DIR}/${file}")
    list(APPEND paths "${path}")
    string(APPEND names "extern \"C\" const char embedded_${number}[], embedded_${number}_end[];\n")
    string(APPEND bytes "    \"embedded_${number}: .incbin \\\"${path}\\\"\\n\"\n"
                        "    \"embedded_${number}_end: .byte 0\\n\"\n")
    string(APPEND entries "      {\"${file}\", {embedded_${number}, embedded_${number}_end}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT "// Generated: the files that are part of the program.
#include \"base/embedded.hpp\"

__asm__(
    \".section .rodata\\n\"
@bytes@    \".text\\n\");
@names@
namespace cartograph {

std::span<const EmbeddedFile> all_embedded_files() {
  static const EmbeddedFile kFiles[] = {
@entries@  };
  return kFiles;
}

}  // namespace cartograph
")
  set_source_files_properties("${OUTPUT}" PROPERTIES OBJECT_DEPENDS "${paths}")
endfunction()
