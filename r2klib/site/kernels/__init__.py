"""Kernels with warm imports: forked from a process that has imported what notebooks use.

`warm` says what is imported and when a fork is safe, `forkserver` is the process that forks,
`client` the caller's end of the line to it, `provisioner` what jupyter_client starts kernels by.
Nothing here imports r2klib outside this folder: what notebooks use is handed to `ForkServer` by
name, so that the folder would serve any project that runs notebooks.
"""
