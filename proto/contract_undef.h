// contract_undef - forgets the macros of contract.def, so that it can be expanded again; meant to be included often
#undef RECORD
#undef BOOL
#undef INT
#undef STRING
#undef STRINGS
#undef ONE
#undef LIST
#undef END
#undef CALL
#undef EVENT
