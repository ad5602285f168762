# What `cmake --install` puts where, and the Debian package that cpack makes of it. All texts but the
# copyright come from the program itself.
# DuckDB is not part of Debian: where npm has brought it, it goes into a folder of the program's own.
set(DUCKDB_IS_BUNDLED OFF)
cmake_path(IS_PREFIX CMAKE_SOURCE_DIR "${DUCKDB_LIBRARY}" NORMALIZE DUCKDB_IS_BUNDLED)
if(DUCKDB_IS_BUNDLED)
  set_target_properties(cartograph PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/cartograph")
  install(FILES ${DUCKDB_LIBRARY} DESTINATION lib/cartograph)
endif()
install(TARGETS cartograph RUNTIME DESTINATION bin)

set(TEXTS ${CMAKE_BINARY_DIR}/texts)
file(MAKE_DIRECTORY ${TEXTS})
add_custom_command(OUTPUT ${TEXTS}/cartograph.1.gz ${TEXTS}/cartograph.bash ${TEXTS}/_cartograph
    ${TEXTS}/cartograph.fish
  COMMAND cartograph manual-page > ${TEXTS}/cartograph.1
  COMMAND gzip -9nf ${TEXTS}/cartograph.1
  COMMAND cartograph completion bash > ${TEXTS}/cartograph.bash
  COMMAND cartograph completion zsh > ${TEXTS}/_cartograph
  COMMAND cartograph completion fish > ${TEXTS}/cartograph.fish
  DEPENDS cartograph VERBATIM)
add_custom_target(texts ALL DEPENDS ${TEXTS}/cartograph.1.gz)
install(FILES ${TEXTS}/cartograph.1.gz DESTINATION share/man/man1)
install(FILES ${TEXTS}/cartograph.bash DESTINATION share/bash-completion/completions
  RENAME cartograph)
install(FILES ${TEXTS}/_cartograph DESTINATION share/zsh/vendor-completions)
install(FILES ${TEXTS}/cartograph.fish DESTINATION share/fish/vendor_completions.d)

# Licences, with versions of what is inside; the whole texts of what has more to say than its licence.
file(GLOB bindings ${CMAKE_SOURCE_DIR}/node_modules/@duckdb/node-bindings-linux-*)
list(GET bindings 0 binding)
cmake_path(RELATIVE_PATH binding BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/node_modules)
read_module_version(DUCKDB_VERSION ${binding})
configure_file(packaging/copyright.in copyright @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/copyright DESTINATION share/doc/cartograph)
set(MODULES ${CMAKE_SOURCE_DIR}/node_modules)
install(FILES ${MODULES}/echarts/NOTICE ${MODULES}/echarts/licenses/LICENSE-d3
  DESTINATION share/doc/cartograph/echarts)
install(FILES ${MODULES}/swagger-ui-dist/NOTICE
  ${MODULES}/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt
  DESTINATION share/doc/cartograph/swagger-ui)

# The service is for a package alone: a prefix of one's own has no system's user.
install(FILES orchestration/systemd/cartograph.service DESTINATION /lib/systemd/system
  COMPONENT service EXCLUDE_FROM_ALL)
install(FILES packaging/cartograph.toml DESTINATION /etc/cartograph
  COMPONENT service EXCLUDE_FROM_ALL)

set(CPACK_PACKAGE_NAME cartograph)
set(CPACK_PACKAGE_CONTACT "Cartograph maintainers <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "daily figures of an online store from its exported files")
set(CPACK_PACKAGE_DESCRIPTION
"Cartograph loads the files that an online store exports, checks them row by row,
and computes net revenue, returns, cohorts and lifetime value, stock alerts and
revenue recognition, in an embedded DuckDB or in PostgreSQL. It serves them by
an HTTP API and a dashboard, and writes reports with charts.")

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, fonts-dejavu-core, tzdata")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if(DUCKDB_IS_BUNDLED)
  cmake_path(GET DUCKDB_LIBRARY PARENT_PATH CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS)
endif()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(DEBIAN_SCRIPTS postinst prerm postrm conffiles)
list(TRANSFORM DEBIAN_SCRIPTS PREPEND ${CMAKE_SOURCE_DIR}/packaging/
  OUTPUT_VARIABLE CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA)
# One package of the program and its service.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL Unspecified service)
include(CPack)
