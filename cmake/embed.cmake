# Writes OUTPUT, a source that defines all_embedded_files() over FILES (paths from ROOT).
set(body "")
set(list "")
set(number 0)
separate_arguments(FILES)
list(SORT FILES)
foreach(file IN LISTS FILES)
  file(READ "${ROOT}/${file}" text)
  # A string literal may be no longer than 64 KiB on some compilers: cut it in pieces.
  string(LENGTH "${text}" length)
  set(pieces "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND pieces "R\"embedded(${piece})embedded\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(APPEND list "    {\"${file}\", ${pieces}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from the repository's SQL files.
#include \"base/embedded.hpp\"

namespace cartograph {
namespace {
constexpr EmbeddedFile kFiles[] = {
${list}};
}  // namespace

std::span<const EmbeddedFile> all_embedded_files() { return kFiles; }

}  // namespace cartograph
")
