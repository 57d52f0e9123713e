# package - what `cmake --install` puts where, and the Debian package: cpack in the build folder of the preset `package`
include(GNUInstallDirs)
set(parts ${CMAKE_CURRENT_LIST_DIR})
set(documents ${CMAKE_INSTALL_DATAROOTDIR}/doc/wikibot)

# Debian wants these compressed, without name or time in the archive.
function(install_compressed source name folder)
    set(packed ${CMAKE_BINARY_DIR}/package/${name}.gz)
    add_custom_command(OUTPUT ${packed} DEPENDS ${source} VERBATIM
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/package
        COMMAND sh -c "gzip -9 -n -c '${source}' > '${packed}'")
    string(MAKE_C_IDENTIFIER packed_${name} target)
    add_custom_target(${target} ALL DEPENDS ${packed})
    install(FILES ${packed} DESTINATION ${folder})
endfunction()

string(TIMESTAMP WIKIBOT_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)     # SOURCE_DATE_EPOCH, if it is set
set(WIKIBOT_VERSION ${PROJECT_VERSION})
configure_file(${parts}/debian/changelog.in ${CMAKE_BINARY_DIR}/changelog @ONLY)
install_compressed(${CMAKE_BINARY_DIR}/changelog changelog ${documents})
install_compressed(${CMAKE_SOURCE_DIR}/CHANGELOG.md CHANGELOG.md ${documents})
install_compressed(${CMAKE_SOURCE_DIR}/deploy/wikibot.1 wikibot.1 ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${parts}/debian/copyright ${CMAKE_SOURCE_DIR}/NOTICE DESTINATION ${documents})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/topology DESTINATION ${documents})
install(FILES ${parts}/completion/wikibot.bash DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions RENAME wikibot)
install(FILES ${parts}/completion/_wikibot DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions)
install(FILES ${parts}/systemd/wikibot.service ${parts}/systemd/wikibot@.service DESTINATION lib/systemd/system)
install(FILES ${parts}/systemd/wikibot.sysusers DESTINATION lib/sysusers.d RENAME wikibot.conf)
install(FILES ${parts}/systemd/wikibot.cfg DESTINATION /etc/wikibot)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME wikibot)
set(CPACK_PACKAGE_CONTACT "the wikibot authors <maintainers@wikibot.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "wiki for people and AI agents, in a git repository")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Pages are Markdown files in a git repository, shown as a web site and
saved as commits. Changes of several writers are merged; where they
overlap, both sides are shown and nothing that was typed is lost.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${parts}/debian/postinst ${parts}/debian/prerm ${parts}/debian/postrm ${parts}/debian/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
