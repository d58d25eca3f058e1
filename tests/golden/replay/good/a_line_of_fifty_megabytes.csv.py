# A cell of 50 MB in the middle: it is a datum like any other.
print("case,event,at,role,person,worker\nJ1,opened,2024-01-08T09:00,desk,,ada")
print("J2,opened,2024-01-08T09:01,desk,," + "x" * 50_000_000)
print("J1,begun,2024-01-08T09:30,worker,ada,")
