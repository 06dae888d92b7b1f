"""Kernels with warm imports: forked from a process that has imported what notebooks use.

`warm` says what is imported and when a fork is safe, `forkserver` is the process that forks,
`client` the report's end of the line to it, `provisioner` what jupyter_client starts kernels by.
"""
